/**
 * What idle streams cost: a gateway process holds as many as this machine's limit of open files allows, each one a client's GET with a
 * stream of the server behind it, and says how much resident memory it has. Server and clients are other processes.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '@toolgate/db/database';
import { urlAsRole } from '@toolgate/db/url';
import { startPostgres } from '@toolgate/embedded/postgres';
import { createGrant, createOrganization, createPolicy, createServer } from '@toolgate/testing/factories';
import { migrate } from '../migrate.ts';
import { printTable, type Row } from './table.ts';

const WANTED = 10_000;
const TARGET_MB = 1024;
/** Each stream is two sockets of the gateway; some files are open besides. */
const SPARE_FILES = 400;
const SETTLE_MS = 20_000;
const PEER = path.join(import.meta.dirname, 'idle-streams-peer.ts');

/** @param args the number of streams, where 10 000 are not wanted. */
export async function run(args: string[] = []): Promise<Row[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-idle-'));
  chmodSync(folder, 0o755); // PostgreSQL drops root's rights, and must still be able to pass through
  const postgres = await startPostgres({ folder: path.join(folder, 'postgres'), database: 'toolgate' });
  const children: ChildProcess[] = [];
  try {
    await migrate(postgres.url);
    const upstream = await startPeer(children, 'upstream', {});
    const gateway = await startGateway(children, urlAsRole(postgres.url, 'toolgate_app'), upstream.host as string);
    const before = residentMb(gateway.pid);
    const place = await createTenant(postgres.url, upstream.host as string);
    const wanted = Number(args[0] ?? WANTED);
    const count = Math.min(wanted, Math.floor((openFiles(gateway.pid) - SPARE_FILES) / 2));
    const clients = await startPeer(children, 'clients', { url: gateway.url + place.path, token: place.token, count });
    await sleep(SETTLE_MS);
    const rows = rowsOf(clients.open as number, before, residentMb(gateway.pid));
    printTable(rows);
    if (count < wanted)
      console.log(`\nMore than ${count} streams need more than the ${openFiles(gateway.pid)} files that this machine lets a process open.`);
    return rows;
  } finally {
    for (const child of children) await stop(child);
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(open: number, before: number, after: number): Row[] {
  const each = ((after - before) * 1024) / open;
  return [
    { what: 'gateway without streams', value: before, unit: 'MB' },
    { what: `gateway with ${open} idle streams`, value: after, unit: 'MB', target: TARGET_MB },
    { what: 'each stream', value: each, unit: 'KB' },
    { what: `${WANTED} of them`, value: before + (each * WANTED) / 1024, unit: 'MB', target: TARGET_MB },
  ];
}

async function startGateway(children: ChildProcess[], databaseUrl: string, allow: string): Promise<{ url: string; pid: number }> {
  const main = path.join(import.meta.dirname, '../../apps/gateway/src/main.ts');
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: databaseUrl,
    TOOLGATE_LEDGER: 'embedded',
    TOOLGATE_KEYS: `bench:${Buffer.alloc(32, 3).toString('base64')}`,
    TOOLGATE_EGRESS_ALLOW: allow,
    GATEWAY_PORT: '0',
  };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let output = '';
  for await (const chunk of child.stdout as NodeJS.ReadableStream) {
    output += String(chunk);
    const url = /ready (\S+)/.exec(output)?.[1];
    if (url) return { url, pid: child.pid as number };
  }
  throw new Error(`The gateway did not start: ${output}`);
}

async function createTenant(databaseUrl: string, host: string): Promise<{ path: string; token: string }> {
  const db = createDatabase(databaseUrl);
  const { id, slug } = await createOrganization(db);
  const server = await createServer(db, id, { url: `http://${host}/mcp` });
  const policy = await createPolicy(db, id, { document: { version: '1', default: 'allow' } });
  const { token } = await createGrant(db, id, { servers: [{ serverId: server.id, policyId: policy.id }] });
  await db.close();
  return { path: `/${slug}/${server.slug}/mcp`, token };
}

async function startPeer(children: ChildProcess[], role: 'upstream' | 'clients', settings: object): Promise<Record<string, unknown>> {
  const child = fork(PEER, [role, JSON.stringify(settings)]);
  children.push(child);
  const [message] = (await once(child, 'message')) as [Record<string, unknown>];
  if (typeof message.problem === 'string') throw new Error(message.problem);
  return message;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

function openFiles(pid: number): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? 1024);
}
