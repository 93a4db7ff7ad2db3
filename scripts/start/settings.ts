/** What the environment (and a .env file at the top of the repository) says about how to start. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isRedisAddress } from '@toolgate/ledger/redis/redis-address';

export const root = path.resolve(import.meta.dirname, '../..');

export interface Settings {
  dashboardPort: number;
  gatewayPort: number;
  /** The address that dashboard and gateway listen on. */
  host: string;
  dashboardUrl: string;
  gatewayUrl: string;
  /** The owner's; null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  /** Of one Redis, or of nodes of a cluster with commas between them. */
  redisUrl: string | null;
  /** null: whichever fits. */
  ledger: 'redis' | 'embedded' | null;
  dataFolder: string;
}

/** A sentence for the person at the terminal; printed without a stack. */
export class StartError extends Error {}

/** Rejects (StartError) with every fault at once. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const faults: string[] = [];
  const port = (name: string, fallback: number): number => {
    const value = env[name] ? Number(env[name]) : fallback;
    if (Number.isInteger(value) && value > 0 && value < 65536) return value;
    faults.push(`${name} must be a port from 1 to 65535, not "${env[name]}".`);
    return fallback;
  };
  const url = (name: string, protocols: string[]): string | null => {
    const value = env[name];
    if (!value) return null;
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
    faults.push(`${name} must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`);
    return null;
  };
  const dashboardPort = port('DASHBOARD_PORT', 3000);
  const gatewayPort = port('GATEWAY_PORT', 8787);
  const host = env.TOOLGATE_HOST ?? '127.0.0.1';
  if (env.TOOLGATE_LEDGER && env.TOOLGATE_LEDGER !== 'redis' && env.TOOLGATE_LEDGER !== 'embedded')
    faults.push(`TOOLGATE_LEDGER must be redis or embedded, not "${env.TOOLGATE_LEDGER}".`);
  const settings: Settings = {
    dashboardPort,
    gatewayPort,
    host,
    dashboardUrl: withoutSlash(url('DASHBOARD_URL', ['http:', 'https:']) ?? `http://localhost:${dashboardPort}`),
    gatewayUrl: withoutSlash(url('GATEWAY_URL', ['http:', 'https:']) ?? `http://localhost:${gatewayPort}`),
    databaseUrl: url('DATABASE_URL', ['postgresql:', 'postgres:']),
    redisUrl: env.REDIS_URL || null,
    ledger: (env.TOOLGATE_LEDGER as Settings['ledger']) || null,
    dataFolder: path.resolve(root, env.TOOLGATE_DATA_DIR || '.toolgate'),
  };
  if (settings.redisUrl && !isRedisAddress(settings.redisUrl))
    faults.push(
      'REDIS_URL must be a URL that begins with redis:// or rediss://, or several of them with commas: nodes of one Redis Cluster.',
    );
  if (dashboardPort === gatewayPort) faults.push('DASHBOARD_PORT and GATEWAY_PORT must differ.');
  if (faults.length) throw new StartError(faults.join('\n'));
  return settings;
}

/** Variables that are set already win over the file's. */
export function loadEnvFile(): void {
  const file = path.join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
