/** What `npm start` says of a Redis that it was given: real servers, single and clustered. */

import type { Service } from '@toolgate/embedded/process';
import { startTestRedis } from '@toolgate/testing/redis';
import { startTestRedisCluster, type TestRedisCluster } from '@toolgate/testing/redis-cluster';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertRedis } from './assert-redis.ts';

let single: Service;
let cluster: TestRedisCluster;
let nodes: [string, string, string];
beforeAll(async () => {
  single = await startTestRedis();
  cluster = (await startTestRedisCluster()) as TestRedisCluster;
  nodes = cluster.nodes.map(({ url }) => url) as typeof nodes;
});
afterAll(async () => {
  await cluster?.stop();
  await single?.stop();
});

const PATIENCE = { timeout: 60_000 };

/** The one sentence, or that there is nothing to say. */
const said = (url: string): Promise<string> =>
  assertRedis(url).then(
    () => 'usable',
    (error: Error) => `${error.constructor.name}: ${error.message}`,
  );

async function commandOn<T>(url: string, run: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await run(redis);
  } finally {
    redis.disconnect();
  }
}

test('a Redis that answers, and a whole cluster, are taken; of a cluster a part of the addresses is enough', async () => {
  expect(await said(single.url)).toBe('usable');
  expect(await said(cluster.url)).toBe('usable');
  expect(await said(`redis://127.0.0.1:1, ${nodes[1]}`)).toBe('usable');
});

test('a Redis that is not there, or does not take the password, is named without its password', async () => {
  const { host, port } = new URL(single.url);
  expect(await said(`redis://:secret@127.0.0.1:1`)).toBe(
    'StartError: The Redis at redis://127.0.0.1:1 (REDIS_URL) cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
  );
  expect(await said(`redis://:wrong@${host}`)).toMatch(
    new RegExp(`^StartError: The Redis at redis://127\\.0\\.0\\.1:${port} \\(REDIS_URL\\) cannot be reached: WRONGPASS `),
  );
  expect(await said(`redis://${host}`)).toMatch(/ cannot be reached: it wants a password$/);
});

test('a single Redis with several addresses, and a cluster with one, are told apart', async () => {
  expect(await said(`${single.url},${single.url}`)).toMatch(
    /^StartError: The Redis Cluster at .+ \(REDIS_URL\) is not a cluster: give one address only\.$/,
  );
  expect(await said(nodes[0])).toMatch(
    /^StartError: The Redis at .+ \(REDIS_URL\) is a node of a Redis Cluster: give the addresses of several of its nodes, with commas between them\.$/,
  );
});

test('a cluster that is incomplete is refused with what is missing, until it is back', async () => {
  await commandOn(nodes[2], (redis) => redis.cluster('DELSLOTS', 16383));
  await expect.poll(() => said(nodes.slice(2).concat(nodes[0]).join(',')), PATIENCE).toMatch(/ is incomplete: /);
  expect(await said(`${nodes[2]},${nodes[0]}`)).toMatch(
    /^StartError: The Redis Cluster at .+ \(REDIS_URL\) is incomplete: 1 of its 16384 slots belong to no node\.$/,
  );
  await commandOn(nodes[2], (redis) => redis.cluster('ADDSLOTS', 16383));
  await expect.poll(() => said(cluster.url), PATIENCE).toBe('usable');
  const { pid } = cluster.nodes[1] as { pid: number };
  process.kill(pid, 'SIGSTOP');
  try {
    const port = new URL(nodes[1]).port;
    expect(await said(cluster.url)).toBe(
      `StartError: The Redis Cluster at ${nodes.join(', ')} (REDIS_URL) is incomplete: its node redis://127.0.0.1:${port} cannot be reached (no answer within 10 s).`,
    );
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await expect.poll(() => said(cluster.url), PATIENCE).toBe('usable');
});

test('a cluster that is down is one sentence', async () => {
  expect(await said('redis://127.0.0.1:1,redis://127.0.0.1:2')).toBe(
    'StartError: The Redis Cluster at redis://127.0.0.1:1, redis://127.0.0.1:2 (REDIS_URL) cannot be used, none of these nodes: connect ECONNREFUSED 127.0.0.1:1',
  );
});
