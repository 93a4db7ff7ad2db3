/** Everything that the gateway's bench runs against, each thing a process of its own: stores, gateways, upstream, reference, load. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createDatabase } from '@toolgate/db/database';
import { urlAsRole } from '@toolgate/db/url';
import { startPostgres } from '@toolgate/embedded/postgres';
import { findProgram, freePort, type Service } from '@toolgate/embedded/process';
import { startRedis } from '@toolgate/embedded/redis';
import { migrate } from '../../migrate.ts';
import type { LoadOrder, LoadTaken } from './load.ts';
import { createTenant, type Tenant } from './tenants.ts';

export type LedgerKind = 'redis' | 'embedded';

export interface BenchGateway {
  label: string;
  ledger: LedgerKind;
  url: string;
  pid: number;
  /** Of the owner. */
  databaseUrl: string;
  tenants: { open: Tenant; ruled: Tenant; stateless: Tenant };
}

export interface World {
  upstream: { host: string; pid: number };
  reference: { what: 'nginx' | 'node:http + undici'; host: string; pid: number };
  postgres: Service;
  redis: Service | null;
  gateways: BenchGateway[];
  loadPid: number;
  load(order: LoadOrder): Promise<LoadTaken>;
  /** Ends the gateways as an operator does, so that they write their profiles; then everything. */
  stop(): Promise<void>;
}

/** Where files are memory: both ledgers wait for the disk with every call, and a disk that others use says nothing of the gateway. */
export const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : null;

export interface WorldOptions {
  ledgers: readonly LedgerKind[];
  /** A folder for V8's CPU profiles of the gateways. */
  profiles?: string | undefined;
  /** Of the stores' files. */
  parent: string;
  /** Another checkout of this repository, whose gateway is measured in the same rounds. */
  beside?: string | undefined;
}

export async function startWorld({ ledgers, profiles, parent, beside }: WorldOptions): Promise<World> {
  const folder = mkdtempSync(path.join(parent, 'toolgate-gateway-bench-'));
  chmodSync(folder, 0o755); // PostgreSQL drops root's rights, and must still be able to pass through
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next();
  };
  try {
    const postgres = await startPostgres({ folder: path.join(folder, 'postgres'), database: 'bench' });
    stops.push(postgres.stop);
    const redis = ledgers.includes('redis') ? await startRedis({ folder: path.join(folder, 'redis') }) : null;
    if (redis) stops.push(redis.stop);
    const upstream = await startPeer(stops, 'upstream', {});
    const reference = await startReference(stops, folder, upstream.host);
    const load = await startPeer(stops, 'load', {});
    const gateways: BenchGateway[] = [];
    for (const ledger of ledgers.filter((kind) => kind === 'embedded' || redis))
      for (const root of beside === undefined ? [OWN_ROOT] : [path.resolve(beside), OWN_ROOT])
        gateways.push(await startGateway(stops, { ledger, root, postgres, redis, upstream: upstream.host, profiles }));
    const order = async (what: LoadOrder): Promise<LoadTaken> => {
      load.child.send(what);
      return ((await once(load.child, 'message')) as [LoadTaken])[0];
    };
    const pids = { upstream: { host: upstream.host, pid: upstream.child.pid as number }, loadPid: load.child.pid as number };
    return { ...pids, reference, postgres, redis, gateways, load: order, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const OWN_ROOT = path.resolve(import.meta.dirname, '../../..');

interface Place {
  ledger: LedgerKind;
  /** Of the checkout. */
  root: string;
  postgres: Service;
  redis: Service | null;
  upstream: string;
  profiles: string | undefined;
}

async function startGateway(stops: (() => unknown)[], place: Place): Promise<BenchGateway> {
  const { ledger, root, postgres, redis, upstream, profiles } = place;
  const label = root === OWN_ROOT ? ledger : `${ledger} beside`;
  const databaseUrl = await databaseOf(postgres, label.replaceAll(' ', '_'));
  const db = createDatabase(databaseUrl, { max: 2 });
  const at = (era: string) => `http://${upstream}/${era}/mcp`;
  const tenants = {
    open: await createTenant(db, at('session'), false),
    ruled: await createTenant(db, at('session'), true),
    stateless: await createTenant(db, at('stateless'), true),
  };
  await db.close();
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: urlAsRole(databaseUrl, 'toolgate_app'),
    TOOLGATE_LEDGER: ledger,
    ...(ledger === 'redis' && redis ? { REDIS_URL: redis.url } : {}),
    TOOLGATE_KEYS: `bench:${Buffer.alloc(32, 3).toString('base64')}`,
    TOOLGATE_EGRESS_ALLOW: upstream,
    GATEWAY_PORT: '0',
  };
  const flags = profiles ? ['--cpu-prof', '--cpu-prof-dir', profiles, '--cpu-prof-name', `${label.replaceAll(' ', '-')}.cpuprofile`] : [];
  const child = spawn(process.execPath, [...flags, path.join(root, 'apps/gateway/src/main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stops.push(() => ended(child, 'SIGTERM'));
  let output = '';
  for await (const chunk of child.stdout as NodeJS.ReadableStream) {
    output += String(chunk);
    const url = /ready (\S+)/.exec(output)?.[1];
    if (url) return { label, ledger, url, pid: child.pid as number, databaseUrl, tenants };
  }
  throw new Error(`The gateway did not start: ${output}`);
}

/** One for each gateway: an embedded ledger shares its database with no other. */
async function databaseOf({ url }: Service, name: string): Promise<string> {
  const own = new URL(url);
  own.pathname = `/bench_${name}`;
  const admin = createDatabase(url, { max: 1 });
  await admin.pool.query(`CREATE DATABASE bench_${name}`);
  await admin.close();
  await migrate(own.href);
  return own.href;
}

async function startReference(stops: (() => unknown)[], folder: string, upstream: string): Promise<World['reference']> {
  const program = findProgram(['nginx']);
  if (!program) {
    const peer = await startPeer(stops, 'pass-through', { origin: `http://${upstream}` });
    return { what: 'node:http + undici', host: peer.host, pid: peer.child.pid as number };
  }
  const port = await freePort();
  const place = path.join(folder, 'nginx');
  mkdirSync(path.join(place, 'logs'), { recursive: true });
  const config = path.join(place, 'nginx.conf');
  writeFileSync(config, nginxConfig(port, upstream));
  const child = spawn(program, ['-p', place, '-c', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  stops.push(() => ended(child, 'SIGTERM'));
  return { what: 'nginx', host: `127.0.0.1:${port}`, pid: child.pid as number };
}

const nginxConfig = (port: number, upstream: string) => `
daemon off; worker_processes 1; pid nginx.pid; error_log logs/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 10000000;
  upstream server { server ${upstream}; keepalive 64; keepalive_requests 10000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://server; proxy_http_version 1.1; proxy_set_header Connection ""; } }
}`;

async function startPeer(stops: (() => unknown)[], role: string, settings: object): Promise<{ child: ChildProcess; host: string }> {
  const child = fork(path.join(import.meta.dirname, 'peer.ts'), [role, JSON.stringify(settings)]);
  stops.push(() => ended(child, 'SIGKILL'));
  const [message] = (await once(child, 'message')) as [{ host?: string }];
  return { child, host: message.host ?? '' };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}
