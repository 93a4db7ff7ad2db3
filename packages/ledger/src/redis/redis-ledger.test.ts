import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import type { Service } from '@toolgate/embedded/process';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { startTcpProxy } from '@toolgate/testing/tcp-proxy';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdmitRequest, Charge } from '../ledger.ts';
import { ready } from '../testing/ledger-fixture.ts';
import { createRedisLedger } from './redis-ledger.ts';
import { auditStream, counterKey, SHARDS, shardOf } from './shard.ts';

let service: Service;
let client: Redis;
let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  service = await startTestRedis();
  client = new Redis(service.url);
  client.on('error', () => {});
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_app'));
});
afterAll(async () => {
  client.disconnect();
  await service.stop();
  await db.close();
  await database.drop();
});

const limit: Charge = { key: 'grant:g1:rate', amountMicros: 1e6, maxMicros: 30e6, windowMs: 60_000, onUnavailable: 'deny' };
const call = (organizationId: string, charges = [limit], epoch = 1): AdmitRequest => ({
  organizationId,
  epoch,
  charges,
  callId: randomUUID(),
  facts: auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed' }),
});

test('four gateways with 64 parallel callers let exactly 30 through', async () => {
  const ledgers = await Promise.all(['a', 'b', 'c', 'd'].map((gatewayId) => ready(createRedisLedger({ url: service.url, gatewayId }))));
  const id = randomUUID();
  await ledgers[0]!.publishEpoch(id, 1);
  const results = await Promise.all(Array.from({ length: 64 }, (_, i) => ledgers[i % 4]!.admit(call(id))));
  expect(results.filter((result) => result.kind === 'admitted').length).toBe(30);
  expect(results.filter((result) => result.kind === 'limited').length).toBe(34);
  await Promise.all(ledgers.map((ledger) => ledger.close()));
});

test('the scripts are loaded again after Redis forgot them', async () => {
  const ledger = await ready(createRedisLedger({ url: service.url, gatewayId: 'a' }));
  const id = randomUUID();
  await ledger.publishEpoch(id, 1);
  await client.script('FLUSH');
  const results = await Promise.all(Array.from({ length: 40 }, () => ledger.admit(call(id))));
  expect(results.filter((result) => result.kind === 'admitted').length).toBe(30);
  await ledger.close();
});

test('a call is one command, and calls that arrive together are one round trip', async () => {
  const proxy = await startTcpProxy(service.url);
  const ledger = await ready(createRedisLedger({ url: proxy.url, gatewayId: 'a' }));
  const id = randomUUID();
  await ledger.publishEpoch(id, 1);
  const lease = { key: 'grant:g1:tool:x', max: 100, ttlMs: 60_000 };
  await ledger.admit(call(id)); // loads the script
  const commands = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
  const [before, sentBefore] = [await commands(), proxy.sent];
  const full = { ...limit, maxMicros: 1e6, refusal: { message: 'm', rule: '/r', counter: 'c', scope: 'grant', max: 1 } };
  const requests = [...Array.from({ length: 16 }, () => ({ ...call(id), leases: [lease], shadow: [limit] })), call(id, [full])];
  const kinds = (await Promise.all(requests.map((request) => ledger.admit(request)))).map(({ kind }) => kind);
  expect([kinds.filter((kind) => kind === 'admitted').length, kinds.at(-1)]).toEqual([16, 'limited']);
  expect([(await commands()) - before, proxy.sent - sentBefore]).toEqual([17, 1]);
  await ledger.close();
  await proxy.stop();
});

test.each([
  ['an exact counter', 1000, 1200, 256],
  ['a coarse counter', 1e6, 8000, 256],
  ['a counter of tiny amounts', 1000, 3000, 512],
])('%s has bounded memory', async (name, max, calls, mostKiB) => {
  const ledger = await ready(createRedisLedger({ url: service.url, gatewayId: 'a' }));
  const id = randomUUID();
  await ledger.publishEpoch(id, 1);
  const charge = { ...limit, windowMs: 1000 * 3600, maxMicros: max * 1e6, amountMicros: name.includes('tiny') ? 1 : 1e6 };
  for (let made = 0; made < calls; made += 200) await Promise.all(Array.from({ length: 200 }, () => ledger.admit(call(id, [charge]))));
  const key = counterKey(id, charge);
  expect(await client.zcard(key)).toBeLessThanOrEqual(1000 + 1 + 1001);
  expect(Number(await client.memory('USAGE', key, 'SAMPLES', 0)) / 1024).toBeLessThan(mostKiB);
  expect((await ledger.read(id, [charge]))[0]!.usedMicros).toBe(Math.min(calls * charge.amountMicros, charge.maxMicros));
  await ledger.close();
});

test('organizations are spread over all shards', () => {
  const counts = new Array<number>(SHARDS).fill(0);
  for (let i = 0; i < 25_600; i++) counts[shardOf(`org_${i}`)]!++;
  expect(Math.min(...counts)).toBeGreaterThan(40);
  expect(Math.max(...counts)).toBeLessThan(200);
});

test('while Redis hangs every answer is `unavailable` within a second; afterwards it works, and what came too late was neither charged nor recorded', async () => {
  const ledger = await ready(createRedisLedger({ url: service.url, gatewayId: 'a' }));
  const id = randomUUID();
  await ledger.publishEpoch(id, 1);
  await ledger.admit(call(id));
  process.kill(service.pid, 'SIGSTOP');
  const started = performance.now();
  const slow = await Promise.all([...Array.from({ length: 8 }, () => ledger.admit(call(id))), ledger.checkEpoch(id, 1)]);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(slow.every((result) => result.kind === 'unavailable')).toBe(true);
  await sleep(200);
  const again = performance.now();
  expect((await ledger.record(call(id).facts, 1)).kind).toBe('unavailable');
  expect(performance.now() - again).toBeLessThan(1000);
  process.kill(service.pid, 'SIGCONT');
  await expect.poll(() => ledger.checkEpoch(id, 1).then((result) => result.kind), { timeout: 5000 }).toBe('current');
  expect((await ledger.read(id, [limit]))[0]!.usedMicros).toBe(1e6);
  const entries = await client.xrange(auditStream(shardOf(id)), '-', '+');
  expect(entries.filter(([, fields]) => fields[1]!.includes('"intent"')).length).toBe(1);
  await ledger.close();
});

test('while Redis is down every answer is `unavailable` within a second, and an end is told when it is back', async () => {
  const own = await startTestRedis();
  const port = new URL(own.url).port;
  const ledger = await ready(createRedisLedger({ url: own.url, gatewayId: 'a' }));
  const id = randomUUID();
  await ledger.publishEpoch(id, 1);
  const admitted = call(id);
  await ledger.admit(admitted);
  const admin = new Redis(own.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  admin.on('error', () => {});
  const [, dir] = (await admin.config('GET', 'dir')) as [string, string];
  process.kill(own.pid, 'SIGKILL');
  await sleep(100);
  const started = performance.now();
  const down = await Promise.all([ledger.admit(call(id)), ledger.record(call(id).facts, 1), ledger.checkEpoch(id, 1)]);
  expect(down.map((result) => result.kind)).toEqual(['unavailable', 'unavailable', 'unavailable']);
  await expect(ledger.publishEpoch(id, 2)).rejects.toThrow('cannot be reached');
  const end = { outcome: 'ok', code: null, message: null, latencyMs: 1 } as const;
  await ledger.settle({ organizationId: id, callId: admitted.callId, charges: [limit], end, refund: false });
  expect(performance.now() - started).toBeLessThan(1000);
  const back = restart(port, dir);
  await expect.poll(() => ledger.admit(call(id)).then((result) => result.kind), { timeout: 5000 }).toBe('admitted');
  const ends = async () =>
    (await admin.xrange(auditStream(shardOf(id)), '-', '+')).filter(([, fields]) => fields[1]!.includes('"end"')).length;
  await expect.poll(ends, { timeout: 5000 }).toBe(1);
  expect((await ledger.read(id, [limit]))[0]!.usedMicros).toBe(2e6);
  await ledger.close();
  admin.disconnect();
  back.kill('SIGKILL');
  await own.stop(); // removes its folder
});

function restart(port: string, dir: string): ChildProcess {
  const args = [`${dir}/redis.conf`, '--port', port, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'yes'];
  return spawn('redis-server', args, { stdio: 'ignore' });
}
