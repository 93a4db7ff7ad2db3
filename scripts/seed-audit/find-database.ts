import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startPostgres } from '@toolgate/embedded/postgres';
import { isAlive } from '@toolgate/embedded/process';
import { loadEnvFile, readSettings } from '../start/settings.ts';
import { SeedError } from './seed-events.ts';

/** The owner's address of the database that `npm start` uses: DATABASE_URL, or the embedded one while it runs. */
export async function findDatabase(env: NodeJS.ProcessEnv): Promise<string> {
  loadEnvFile();
  const { databaseUrl, dataFolder } = readSettings(env);
  if (databaseUrl) return databaseUrl;
  const folder = path.join(dataFolder, 'postgres');
  if (!isRunning(path.join(dataFolder, 'running.json')))
    throw new SeedError('There is no database: start Toolgate (npm start), or set DATABASE_URL.');
  // It runs, so that this gives its address and starts nothing.
  return (await startPostgres({ folder, database: 'toolgate' })).url;
}

function isRunning(file: string): boolean {
  if (!existsSync(file)) return false;
  const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: number };
  return typeof pid === 'number' && isAlive(pid);
}
