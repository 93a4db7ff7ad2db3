/** The places where BullMQ may keep its jobs, each real. */
import type { Service } from '@toolgate/embedded/process';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { startTestRedisCluster, type TestRedisCluster } from '@toolgate/testing/redis-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JobsConnection, jobsConnection, openQueue, openWorker } from './connection.ts';
import { migrateQueue } from './migrate-queue.ts';
import { createProducers } from './producers.ts';
import { APPROVALS_QUEUE, DISCOVERY_QUEUE, DiscoverPayload, MAINTENANCE_QUEUE } from './queues.ts';

let database: TestDatabase;
let redis: Service;
let cluster: TestRedisCluster;
beforeAll(async () => {
  database = await createTestDatabase();
  await Promise.all([migrateQueue(database.ownerUrl), migrateQueue(database.ownerUrl)]); // two starts at once
  redis = await startTestRedis();
  cluster = (await startTestRedisCluster()) as TestRedisCluster;
});
afterAll(async () => {
  await cluster.stop();
  await redis.stop();
  await database.drop();
});

describe.each(['redis', 'redis cluster', 'postgres'] as const)('jobs on %s', (store) => {
  const as = (role: 'toolgate_app' | 'toolgate_worker'): JobsConnection =>
    store === 'postgres' ? { databaseUrl: database.urlAs(role) } : { redisUrl: store === 'redis' ? redis.url : cluster.url };

  test('a job that the application adds is processed by the worker, again after it failed, and only once per server while it waits', async () => {
    const producers = createProducers(as('toolgate_app'));
    await producers.discoverServer({ organizationId: 'o1', serverId: 's1' });
    await producers.discoverServer({ organizationId: 'o1', serverId: 's1' });
    await producers.discoverServer({ organizationId: 'o1', serverId: 's2' });
    const seen: string[] = [];
    const worker = openWorker(DISCOVERY_QUEUE, as('toolgate_worker'), async (job) => {
      const { serverId } = DiscoverPayload.parse(job.data);
      seen.push(serverId);
      if (seen.length === 1) throw new Error('the first attempt fails');
    });
    await expect.poll(() => [...seen].sort(), { timeout: 15_000 }).toEqual(['s1', 's1', 's2']);
    await worker.close();
    await producers.close();
  });

  test('a schedule is kept once however often it is set, and fires', async () => {
    const name = `schedule-${store}`;
    const queue = openQueue(name, as('toolgate_worker'));
    for (let i = 0; i < 2; i++) await queue.upsertJobScheduler('often', { every: 200 }, { name: 'often', data: { task: 'epochs' } });
    let fired = 0;
    const worker = openWorker(name, as('toolgate_worker'), async () => void fired++);
    await expect.poll(() => fired, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    expect(await queue.getJobSchedulersCount()).toBe(1);
    await worker.close();
    await queue.close();
  });

  test('a delayed job waits for its time, in every queue, and what is already there goes first', async () => {
    const names = [DISCOVERY_QUEUE, MAINTENANCE_QUEUE, APPROVALS_QUEUE].map((name) => `late-${name}`);
    const queues = names.map((name) => openQueue(name, as('toolgate_app')));
    const seen: string[] = [];
    const workers = names.map((name) => openWorker(name, as('toolgate_worker'), async (job) => void seen.push(`${name} ${job.name}`)));
    const added = Date.now();
    for (const queue of queues) {
      await queue.add('later', {}, { jobId: 'later', delay: 1500 });
      await queue.add('now', {}, { jobId: 'now' });
    }
    await expect.poll(() => seen.length, { timeout: 1400 }).toBe(3);
    expect([...seen].sort()).toEqual(names.map((name) => `${name} now`).sort());
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(6);
    expect(Date.now() - added).toBeGreaterThanOrEqual(1500);
    await Promise.all([...workers, ...queues].map((one) => one.close()));
  });
});

test('on a cluster, jobs whose node is away for a while are processed when it is back, also those added by then', async () => {
  const own = (await startTestRedisCluster()) as TestRedisCluster;
  const producers = createProducers({ redisUrl: own.url });
  const seen: string[] = [];
  const worker = openWorker(DISCOVERY_QUEUE, { redisUrl: own.url }, async (job) => void seen.push(job.data.serverId));
  const add = (serverId: string) => producers.discoverServer({ organizationId: 'o1', serverId });
  await add('before');
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['before']);
  for (const { pid } of own.nodes) process.kill(pid, 'SIGSTOP');
  try {
    const started = Date.now();
    await expect(add('meanwhile')).rejects.toThrow();
    expect(Date.now() - started).toBeLessThan(5000);
  } finally {
    for (const { pid } of own.nodes) process.kill(pid, 'SIGCONT');
  }
  // What was refused may have been added all the same, once.
  await expect
    .poll(
      () =>
        add('after').then(
          () => true,
          () => false,
        ),
      { timeout: 15_000 },
    )
    .toBe(true);
  await expect.poll(() => seen.filter((id) => id !== 'meanwhile'), { timeout: 30_000 }).toEqual(['before', 'after']);
  await worker.close();
  await producers.close();
  await own.stop();
});

test('closing ends when the cluster was never there', async () => {
  const nowhere = { redisUrl: 'redis://127.0.0.1:9,redis://127.0.0.1:10' };
  const producers = createProducers(nowhere);
  const worker = openWorker(DISCOVERY_QUEUE, nowhere, async () => {});
  const started = Date.now();
  await expect(producers.discoverServer({ organizationId: 'o1', serverId: 's1' })).rejects.toThrow('did not answer');
  await Promise.all([worker.close(), producers.close()]);
  expect(Date.now() - started).toBeLessThan(6000);
});

test('a payload that is not complete is refused before it is added', async () => {
  const producers = createProducers({ redisUrl: redis.url });
  await expect(producers.discoverServer({ organizationId: 'o1' } as never)).rejects.toThrow();
  await producers.close();
});

test('adding a job fails within seconds when the store is down', async () => {
  const own = await startTestRedis();
  const producers = createProducers({ redisUrl: own.url });
  await producers.discoverServer({ organizationId: 'o1', serverId: 's1' });
  await own.stop();
  const started = Date.now();
  await expect(producers.discoverServer({ organizationId: 'o1', serverId: 's2' })).rejects.toThrow();
  expect(Date.now() - started).toBeLessThan(5000);
  await producers.close();
});

test('adding a job fails within seconds, and closing ends, when the store was never there', async () => {
  const producers = createProducers({ redisUrl: 'redis://127.0.0.1:9' });
  const started = Date.now();
  await expect(producers.discoverServer({ organizationId: 'o1', serverId: 's1' })).rejects.toThrow('did not answer');
  await producers.close();
  expect(Date.now() - started).toBeLessThan(5000);
});

test('Redis is chosen when there is one', () => {
  const postgres = 'postgresql://127.0.0.1/x';
  expect(jobsConnection({ REDIS_URL: redis.url, QUEUE_DATABASE_URL: postgres })).toEqual({ redisUrl: redis.url });
  expect(jobsConnection({ QUEUE_DATABASE_URL: postgres })).toEqual({ databaseUrl: postgres });
  expect(jobsConnection({})).toBeNull();
});
