/** Vitest's global set-up: a real PostgreSQL with a migrated template database. Redis is started by the suites that use it. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPostgres } from '@toolgate/embedded/postgres';
import { migrate } from './migrate.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-test-'));
  // PostgreSQL drops root's rights, and must still be able to pass through.
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({
    folder: path.join(folder, 'postgres'),
    database: 'toolgate_template',
    // A disk that is busy holds no commit up, and many suites that run at once are not turned away.
    durable: false,
    connections: 400,
  });
  await migrate(postgres.url);
  process.env.TEST_DATABASE_URL = postgres.url.replace('toolgate_template', 'postgres');
  return async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
