/** A real Redis Cluster of a test's own: three nodes, a third of the slots each. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, freePort } from '@toolgate/embedded/process';
import { Redis } from 'ioredis';

export interface TestRedisCluster {
  /** The addresses of the nodes with commas between them, as REDIS_URL takes them. */
  url: string;
  nodes: { url: string; pid: number }[];
  stop(): Promise<void>;
}

const SLOTS = 16384;

/** Null when no redis-server or valkey-server is installed. */
export async function startTestRedisCluster(): Promise<TestRedisCluster | null> {
  const program = findProgram(['redis-server', 'valkey-server']);
  if (!program) return null;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-cluster-'));
  const started: { child: ChildProcess; port: number }[] = [];
  for (let i = 0; i < 3; i++) started.push(await startNode(program, folder));
  const clients = started.map(({ port }) => new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null }));
  for (const client of clients) client.on('error', () => {});
  await Promise.all(
    clients.map((client, i) => client.call('CLUSTER', 'ADDSLOTSRANGE', Math.ceil((i * SLOTS) / 3), Math.ceil(((i + 1) * SLOTS) / 3) - 1)),
  );
  for (const { port } of started.slice(1)) await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port, port + BUS);
  for (const client of clients) await untilWhole(client);
  for (const client of clients) client.disconnect();
  const nodes = started.map(({ child, port }) => ({ url: `redis://127.0.0.1:${port}`, pid: child.pid as number }));
  return {
    url: nodes.map(({ url }) => url).join(','),
    nodes,
    stop: async () => {
      await Promise.all(started.map(({ child }) => end(child)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The cluster bus is at the port plus 10 000 by default, which an ephemeral port may not have room for. */
const BUS = -10_000;

async function startNode(program: string, folder: string): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort();
  const own = ['--port', port, '--cluster-port', port + BUS, '--bind', '127.0.0.1', '--cluster-config-file', `nodes-${port}.conf`];
  const data = ['--dir', folder, '--save', '', '--appendonly', 'no'];
  const options = [...data, '--cluster-enabled', 'yes', '--cluster-node-timeout', 2000, '--cluster-require-full-coverage', 'no'];
  const child = spawn(program, [...own, ...options].map(String), { stdio: 'ignore' });
  return { child, port };
}

async function untilWhole(client: Redis): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50)) {
    const info = String(await client.call('CLUSTER', 'INFO'));
    // Without full coverage a node is "ok" before it knows who serves the slots of the others.
    if (info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${SLOTS}`)) return;
  }
  throw new Error('The Redis Cluster did not come together within 20 s.');
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  return ended;
}
