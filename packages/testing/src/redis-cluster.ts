/** A real Redis Cluster of a test's own: three nodes, a third of the slots each. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, freePort } from '@toolgate/embedded/process';
import { redisAnswers } from '@toolgate/embedded/redis-answers';
import { startProgram } from '@toolgate/embedded/start-program';
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
  const started: Node[] = [];
  const stop = async () => {
    await Promise.all(started.map(({ child }) => end(child)));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    while (started.length < 3) started.push(await startNode(program, folder));
    await join(started);
  } catch (error) {
    await stop();
    throw error;
  }
  const nodes = started.map(({ child, port }) => ({ url: `redis://127.0.0.1:${port}`, pid: child.pid as number }));
  return { url: nodes.map(({ url }) => url).join(','), nodes, stop };
}

interface Node {
  child: ChildProcess;
  port: number;
  /** Of the cluster bus. */
  bus: number;
}

async function startNode(program: string, folder: string): Promise<Node> {
  let bus = 0;
  const data = ['--dir', folder, '--save', '', '--appendonly', 'no'];
  // A node that gets no turn for some seconds, on a busy machine, is not taken for one that is away.
  const cluster = ['--cluster-enabled', 'yes', '--cluster-node-timeout', 15_000, '--cluster-require-full-coverage', 'no'];
  const { child, port } = await startProgram({
    program,
    args: async (port) => {
      bus = await freePort();
      const own = ['--port', port, '--cluster-port', bus, '--bind', '127.0.0.1', '--cluster-config-file', `nodes-${port}.conf`];
      return [...own, ...data, ...cluster];
    },
    answers: (port, pid) => redisAnswers({ port, pid }),
  });
  return { child, port, bus };
}

/** Gives each a third of the slots, and makes them known to each other. */
async function join(nodes: Node[]): Promise<void> {
  const [first] = nodes as [Node];
  for (const [i, { port }] of nodes.entries()) {
    const [from, to] = [Math.ceil((i * SLOTS) / nodes.length), Math.ceil(((i + 1) * SLOTS) / nodes.length) - 1];
    await onNode(port, (client) => client.call('CLUSTER', 'ADDSLOTSRANGE', from, to));
  }
  for (const { port, bus } of nodes.slice(1)) await onNode(first.port, (client) => client.call('CLUSTER', 'MEET', '127.0.0.1', port, bus));
  for (const { port } of nodes) await onNode(port, untilWhole);
}

async function onNode<T>(port: number, run: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    return await run(client);
  } finally {
    client.disconnect();
  }
}

async function untilWhole(client: Redis): Promise<void> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(50)) {
    const info = String(await client.call('CLUSTER', 'INFO'));
    // Without full coverage a node is "ok" before it knows who serves the slots of the others.
    if (info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${SLOTS}`)) return;
  }
  throw new Error('The Redis Cluster did not come together within a minute.');
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  return ended;
}
