import { randomUUID } from 'node:crypto';
import { auditFacts } from '@toolgate/audit/event';
import { startTestRedis, type TestRedis } from '@toolgate/testing/redis';
import { startTcpProxy } from '@toolgate/testing/tcp-proxy';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdmitRequest, Charge } from '../ledger.ts';
import { PATIENT_MS, ready } from '../testing/ledger-fixture.ts';
import { ANSWER_MS } from '../within.ts';
import { createRedisLedger } from './redis-ledger.ts';
import { auditStream, counterKey, SHARDS, shardOf } from './shard.ts';

let service: TestRedis;
let client: Redis;
beforeAll(async () => {
  service = await startTestRedis();
  client = new Redis(service.url);
  client.on('error', () => {});
});
afterAll(async () => {
  client.disconnect();
  await service.stop();
});

/** Waits for its answers: what it is told does not depend on how busy the machine is. */
const patient = (gatewayId = 'a', url = service.url) => ready(createRedisLedger({ url, gatewayId, answerMs: PATIENT_MS }));
/** As gateways have it. */
const hasty = (url = service.url) => ready(createRedisLedger({ url, gatewayId: 'a' }));

const LONG = { timeout: 60_000 };
const limit: Charge = { key: 'grant:g1:rate', amountMicros: 1e6, maxMicros: 30e6, windowMs: 60_000, onUnavailable: 'deny' };
const call = (organizationId: string, charges = [limit], epoch = 1): AdmitRequest => ({
  organizationId,
  epoch,
  charges,
  callId: randomUUID(),
  facts: auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed' }),
});

test('four gateways with 64 parallel callers let exactly 30 through', async () => {
  const ledgers = await Promise.all(['a', 'b', 'c', 'd'].map((gatewayId) => patient(gatewayId)));
  const id = randomUUID();
  await ledgers[0]!.publishEpoch(id, 1);
  const results = await Promise.all(Array.from({ length: 64 }, (_, i) => ledgers[i % 4]!.admit(call(id))));
  expect(results.filter((result) => result.kind === 'admitted').length).toBe(30);
  expect(results.filter((result) => result.kind === 'limited').length).toBe(34);
  await Promise.all(ledgers.map((ledger) => ledger.close()));
});

test('the scripts are loaded again after Redis forgot them', async () => {
  const ledger = await patient();
  const id = randomUUID();
  await ledger.publishEpoch(id, 1);
  await client.script('FLUSH');
  const results = await Promise.all(Array.from({ length: 40 }, () => ledger.admit(call(id))));
  expect(results.filter((result) => result.kind === 'admitted').length).toBe(30);
  await ledger.close();
});

test('a call is one command, and calls that arrive together are one round trip', async () => {
  const proxy = await startTcpProxy(service.url);
  const ledger = await patient('a', proxy.url);
  const id = randomUUID();
  await ledger.publishEpoch(id, 1);
  const lease = { key: 'grant:g1:tool:x', max: 100, ttlMs: 60_000 };
  await ledger.admit(call(id)); // loads the script
  const commands = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
  const [before, sentBefore] = [await commands(), proxy.sent];
  proxy.delayMs = 100; // no answer comes between the pieces that one round trip may arrive in
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
  const ledger = await patient();
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

test('while Redis hangs every answer is `unavailable`, and comes before Redis does; afterwards it works, and what came too late was neither charged nor recorded', async () => {
  const [ledger, other] = [await hasty(), await patient()];
  const id = randomUUID();
  await other.publishEpoch(id, 1);
  await other.admit(call(id));
  process.kill(service.pid, 'SIGSTOP');
  const started = performance.now();
  try {
    const slow = await Promise.all([...Array.from({ length: 8 }, () => ledger.admit(call(id))), ledger.checkEpoch(id, 1)]);
    expect(slow.every((result) => result.kind === 'unavailable')).toBe(true);
    expect((await ledger.record(call(id).facts, 1)).kind).toBe('unavailable');
  } finally {
    process.kill(service.pid, 'SIGCONT');
  }
  expect(performance.now() - started).toBeLessThan(20 * ANSWER_MS);
  await expect.poll(() => ledger.checkEpoch(id, 1).then((result) => result.kind), LONG).toBe('current');
  expect((await other.read(id, [limit]))[0]!.usedMicros).toBe(1e6);
  const entries = await client.xrange(auditStream(shardOf(id)), '-', '+');
  expect(entries.filter(([, fields]) => fields[1]!.includes('"intent"')).length).toBe(1);
  await Promise.all([ledger.close(), other.close()]);
});

test('callers are told within a second', () => {
  expect(ANSWER_MS).toBeLessThan(1000);
});

test('while Redis is down every answer is `unavailable` at once, and an end is told when it is back', async () => {
  const own = await startTestRedis();
  const ledger = await patient('a', own.url);
  const id = randomUUID();
  await ledger.publishEpoch(id, 1);
  const admitted = call(id);
  await ledger.admit(admitted);
  await own.kill();
  const started = performance.now();
  const away = { kind: 'unavailable', reason: 'The ledger (Redis) cannot be reached.' };
  await expect.poll(() => ledger.checkEpoch(id, 1), LONG).toEqual(away);
  expect([await ledger.admit(call(id)), await ledger.record(call(id).facts, 1)]).toEqual([away, away]);
  await expect(ledger.publishEpoch(id, 2)).rejects.toThrow('cannot be reached');
  const end = { outcome: 'ok', code: null, message: null, latencyMs: 1 } as const;
  await ledger.settle({ organizationId: id, callId: admitted.callId, charges: [limit], end, refund: false });
  // Nothing waited for Redis: this ledger would have, for longer.
  expect(performance.now() - started).toBeLessThan(PATIENT_MS);
  await own.restart();
  await expect.poll(() => ledger.admit(call(id)).then((result) => result.kind), LONG).toBe('admitted');
  const admin = new Redis(own.url);
  const ends = async () =>
    (await admin.xrange(auditStream(shardOf(id)), '-', '+')).filter(([, fields]) => fields[1]!.includes('"end"')).length;
  await expect.poll(ends, LONG).toBe(1);
  expect((await ledger.read(id, [limit]))[0]!.usedMicros).toBe(2e6);
  admin.disconnect();
  await ledger.close();
  await own.stop();
});
