/** The places where BullMQ may keep its jobs, each real. */
import type { Service } from '@toolgate/embedded/process';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { startTestRedisCluster, type TestRedisCluster } from '@toolgate/testing/redis-cluster';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type JobsConnection, jobsConnection, openQueue, openWorker } from './connection.ts';
import { migrateQueue } from './migrate-queue.ts';
import { createProducers, type Producers } from './producers.ts';
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

/** A store that has not been reached yet, on a machine that is busy, may be given up once; what was refused may have been added all the same. */
const added = (producers: Producers, serverId: string) =>
  vi.waitFor(() => producers.discoverServer({ organizationId: 'o1', serverId }), PATIENCE);

const PATIENCE = { timeout: 60_000 };
/** Far from how long a caller waits, and from never. */
const NEVER_MS = 30_000;
/** Long enough that what need not wait is through by then. */
const LATER_MS = 5000;

describe.each(['redis', 'redis cluster', 'postgres'] as const)('jobs on %s', (store) => {
  const as = (role: 'toolgate_app' | 'toolgate_worker'): JobsConnection =>
    store === 'postgres' ? { databaseUrl: database.urlAs(role) } : { redisUrl: store === 'redis' ? redis.url : cluster.url };

  test('a job that the application adds is processed by the worker, again after it failed, and only once per server while it waits', async () => {
    const producers = createProducers(as('toolgate_app'));
    for (const serverId of ['s1', 's1', 's2', 's1']) await added(producers, serverId);
    const seen: string[] = [];
    const worker = openWorker(DISCOVERY_QUEUE, as('toolgate_worker'), async (job) => {
      const { serverId } = DiscoverPayload.parse(job.data);
      seen.push(serverId);
      if (seen.length === 1) throw new Error('the first attempt fails');
    });
    await expect.poll(() => [...seen].sort(), PATIENCE).toEqual(['s1', 's1', 's2']);
    // Whatever was added before it would have come before it.
    await added(producers, 'last');
    await expect.poll(() => seen, PATIENCE).toContain('last');
    expect([...seen].sort()).toEqual(['last', 's1', 's1', 's2']);
    await worker.close();
    await producers.close();
  });

  test('a schedule is kept once however often it is set, and fires', async () => {
    const name = `schedule-${store}`;
    const queue = openQueue(name, as('toolgate_worker'));
    for (let i = 0; i < 2; i++) await queue.upsertJobScheduler('often', { every: 200 }, { name: 'often', data: { task: 'epochs' } });
    let fired = 0;
    const worker = openWorker(name, as('toolgate_worker'), async () => void fired++);
    await expect.poll(() => fired, PATIENCE).toBeGreaterThanOrEqual(2);
    expect(await queue.getJobSchedulersCount()).toBe(1);
    await worker.close();
    await queue.close();
  });

  test('a delayed job waits for its time, in every queue, and what is already there goes first', async () => {
    const names = [DISCOVERY_QUEUE, MAINTENANCE_QUEUE, APPROVALS_QUEUE].map((name) => `late-${name}`);
    const queues = names.map((name) => openQueue(name, as('toolgate_app')));
    const seen = new Map(names.map((name) => [name, [] as string[]]));
    const waited: number[] = [];
    const workers = names.map((name) =>
      openWorker(name, as('toolgate_worker'), async (job) => {
        seen.get(name)?.push(job.name);
        if (job.name === 'later') waited.push(Number(job.processedOn) - job.timestamp);
      }),
    );
    await Promise.all([...workers, ...queues].map((one) => one.waitUntilReady()));
    for (const queue of queues)
      await Promise.all([queue.add('later', {}, { jobId: 'later', delay: LATER_MS }), queue.add('now', {}, { jobId: 'now' })]);
    await expect.poll(() => Object.fromEntries(seen), PATIENCE).toEqual(Object.fromEntries(names.map((name) => [name, ['now', 'later']])));
    for (const ms of waited) expect(ms).toBeGreaterThanOrEqual(LATER_MS);
    await Promise.all([...workers, ...queues].map((one) => one.close()));
  });
});

test('on a cluster, jobs whose node is away for a while are processed when it is back, also those added by then', async () => {
  const own = (await startTestRedisCluster()) as TestRedisCluster;
  const producers = createProducers({ redisUrl: own.url });
  const seen: string[] = [];
  const worker = openWorker(DISCOVERY_QUEUE, { redisUrl: own.url }, async (job) => void seen.push(job.data.serverId));
  let done = 0;
  worker.on('completed', () => void done++);
  const add = (serverId: string) => producers.discoverServer({ organizationId: 'o1', serverId });
  await added(producers, 'before');
  // Nothing is under way any more when the nodes stop.
  await expect.poll(() => done, PATIENCE).toBeGreaterThan(0);
  expect(new Set(seen)).toEqual(new Set(['before']));
  for (const { pid } of own.nodes) process.kill(pid, 'SIGSTOP');
  try {
    const started = performance.now();
    await expect(add('meanwhile')).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(NEVER_MS);
  } finally {
    for (const { pid } of own.nodes) process.kill(pid, 'SIGCONT');
  }
  let tries = 0;
  await vi.waitFor(() => add(`after ${++tries}`), PATIENCE);
  // What was refused may have been added all the same.
  await expect.poll(() => seen, PATIENCE).toContain(`after ${tries}`);
  expect(seen.filter((id) => id === `after ${tries}`)).toHaveLength(1);
  await worker.close();
  await producers.close();
  await own.stop();
});

test('closing ends when the cluster was never there', async () => {
  const nowhere = { redisUrl: 'redis://127.0.0.1:9,redis://127.0.0.1:10' };
  const producers = createProducers(nowhere);
  const worker = openWorker(DISCOVERY_QUEUE, nowhere, async () => {});
  const started = performance.now();
  await expect(producers.discoverServer({ organizationId: 'o1', serverId: 's1' })).rejects.toThrow('did not answer');
  await Promise.all([worker.close(), producers.close()]);
  expect(performance.now() - started).toBeLessThan(NEVER_MS);
});

test('a payload that is not complete is refused before it is added', async () => {
  const producers = createProducers({ redisUrl: redis.url });
  await expect(producers.discoverServer({ organizationId: 'o1' } as never)).rejects.toThrow();
  await producers.close();
});

test('adding a job fails within seconds when the store is down', async () => {
  const own = await startTestRedis();
  const producers = createProducers({ redisUrl: own.url });
  await added(producers, 's1');
  await own.stop();
  const started = performance.now();
  await expect(producers.discoverServer({ organizationId: 'o1', serverId: 's2' })).rejects.toThrow();
  expect(performance.now() - started).toBeLessThan(NEVER_MS);
  await producers.close();
});

test('adding a job fails within seconds, and closing ends, when the store was never there', async () => {
  const producers = createProducers({ redisUrl: 'redis://127.0.0.1:9' });
  const started = performance.now();
  await expect(producers.discoverServer({ organizationId: 'o1', serverId: 's1' })).rejects.toThrow('did not answer');
  await producers.close();
  expect(performance.now() - started).toBeLessThan(NEVER_MS);
});

test('Redis is chosen when there is one', () => {
  const postgres = 'postgresql://127.0.0.1/x';
  expect(jobsConnection({ REDIS_URL: redis.url, QUEUE_DATABASE_URL: postgres })).toEqual({ redisUrl: redis.url });
  expect(jobsConnection({ QUEUE_DATABASE_URL: postgres })).toEqual({ databaseUrl: postgres });
  expect(jobsConnection({})).toBeNull();
});
