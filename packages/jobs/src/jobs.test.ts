/** Both places where BullMQ may keep its jobs, each real. */
import type { Service } from '@toolgate/embedded/process';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JobsConnection, jobsConnection, openQueue, openWorker } from './connection.ts';
import { migrateQueue } from './migrate-queue.ts';
import { createProducers } from './producers.ts';
import { DISCOVERY_QUEUE, DiscoverPayload } from './queues.ts';

let database: TestDatabase;
let redis: Service;
beforeAll(async () => {
  database = await createTestDatabase();
  await Promise.all([migrateQueue(database.ownerUrl), migrateQueue(database.ownerUrl)]); // two starts at once
  redis = await startTestRedis();
});
afterAll(async () => {
  await redis.stop();
  await database.drop();
});

describe.each(['redis', 'postgres'])('jobs on %s', (store) => {
  const as = (role: 'toolgate_app' | 'toolgate_worker'): JobsConnection =>
    store === 'redis' ? { redisUrl: redis.url } : { databaseUrl: database.urlAs(role) };

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
    const queue = openQueue(`schedule-${store}`, as('toolgate_worker'));
    for (let i = 0; i < 2; i++) await queue.upsertJobScheduler('often', { every: 200 }, { name: 'often', data: { task: 'epochs' } });
    let fired = 0;
    const worker = openWorker(`schedule-${store}`, as('toolgate_worker'), async () => void fired++);
    await expect.poll(() => fired, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    expect(await queue.getJobSchedulersCount()).toBe(1);
    await worker.close();
    await queue.close();
  });
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
