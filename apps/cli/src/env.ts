/** Where the running system is: `running.json` in the data folder, written by `npm start`; environment variables come first. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { urlAsRole } from '@toolgate/db/url';
import { isRedisAddress } from '@toolgate/ledger/redis/redis-address';
import { z } from 'zod';
import { Failure } from './failure.ts';

export interface Settings {
  /** Runs as the restricted role, whoever it connects as. */
  databaseUrl: string;
  redisUrl: string | null;
  ledger: 'redis' | 'embedded';
  queueDatabaseUrl: string | null;
  keys: string;
  gatewayUrl: string;
}

const url = (name: string, protocol: RegExp) => z.url({ protocol, error: `${name} is not an address of the right kind.` }).optional();

const Environment = z.object({
  DATABASE_URL: url('DATABASE_URL', /^postgres(ql)?$/),
  REDIS_URL: z.string().refine(isRedisAddress, 'REDIS_URL is not an address of the right kind.').optional(),
  QUEUE_DATABASE_URL: url('QUEUE_DATABASE_URL', /^postgres(ql)?$/),
  TOOLGATE_LEDGER: z.enum(['redis', 'embedded'], 'TOOLGATE_LEDGER must be redis or embedded.').optional(),
  TOOLGATE_KEYS: z.string().optional(),
  GATEWAY_URL: url('GATEWAY_URL', /^https?$/),
  TOOLGATE_DATA_DIR: z.string().optional(),
});

const Running = z.object({
  pid: z.number().int().positive(),
  databaseUrl: z.string(),
  redisUrl: z.string().nullable(),
  ledger: z.enum(['redis', 'embedded']),
  queueDatabaseUrl: z.string().nullable(),
  keys: z.string(),
  gatewayUrl: z.string(),
});

/** Throws a Failure of one line when there is no running system, or a variable is not right. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) throw new Failure(parsed.error.issues.map((issue) => issue.message).join(' '));
  const variables = parsed.data;
  const running = readRunning(path.resolve(ROOT, variables.TOOLGATE_DATA_DIR ?? '.toolgate'));
  const databaseUrl = variables.DATABASE_URL ?? running?.databaseUrl;
  if (!databaseUrl) {
    throw new Failure(
      'Toolgate is not running here: start it with npm start, or set DATABASE_URL, TOOLGATE_KEYS and REDIS_URL of where it runs.',
    );
  }
  const keys = variables.TOOLGATE_KEYS ?? running?.keys;
  if (!keys) throw new Failure('Set TOOLGATE_KEYS: the key ring of the system that DATABASE_URL belongs to.');
  const redisUrl = variables.REDIS_URL ?? running?.redisUrl ?? null;
  const ledger = variables.TOOLGATE_LEDGER ?? running?.ledger ?? (redisUrl ? 'redis' : 'embedded');
  if (ledger === 'redis' && !redisUrl) throw new Failure('Set REDIS_URL: the ledger is on Redis.');
  const restricted = urlAsRole(databaseUrl, 'toolgate_app');
  const queue = variables.QUEUE_DATABASE_URL ?? running?.queueDatabaseUrl ?? restricted;
  const gatewayUrl = (variables.GATEWAY_URL ?? running?.gatewayUrl ?? 'http://localhost:8787').replace(/\/+$/, '');
  // With an embedded ledger the system keeps its jobs in PostgreSQL.
  const place = ledger === 'redis' ? { redisUrl, queueDatabaseUrl: null } : { redisUrl: null, queueDatabaseUrl: queue };
  return { databaseUrl: restricted, ...place, ledger, keys, gatewayUrl };
}

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Null when nothing runs: the file is missing, or its process is gone. */
function readRunning(folder: string): z.output<typeof Running> | null {
  let text: string;
  try {
    text = readFileSync(path.join(folder, 'running.json'), 'utf8');
  } catch {
    return null;
  }
  const parsed = Running.safeParse(asJson(text));
  if (!parsed.success) throw new Failure(`${path.join(folder, 'running.json')} cannot be read: start Toolgate again with npm start.`);
  return isAlive(parsed.data.pid) ? parsed.data : null;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
