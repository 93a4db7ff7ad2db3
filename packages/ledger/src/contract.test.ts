/** What every ledger must hold: the same suite on Redis and on PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditFacts, auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import type { Service } from '@toolgate/embedded/process';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLedger } from './create.ts';
import type { AdmitRequest, AdmitResult, Charge, Ledger } from './ledger.ts';
import { auditStream, shardOf } from './redis/shard.ts';

let database: TestDatabase;
let db: Database;
let redis: Service;
let client: Redis;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_app'));
  redis = await startTestRedis();
  client = new Redis(redis.url);
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
  await db.close();
  await database.drop();
});

const facts = (organizationId: string): AuditFacts =>
  auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed', tool: 'image_to_image' });

const charge = (given: Partial<Charge> & { max?: number; amount?: number } = {}): Charge => ({
  key: 'grant:g1:rate',
  windowMs: 60_000,
  onUnavailable: 'deny',
  amountMicros: Math.round((given.amount ?? 1) * 1e6),
  maxMicros: Math.round((given.max ?? 30) * 1e6),
  ...Object.fromEntries(Object.entries(given).filter(([name]) => name === 'key' || name === 'windowMs')),
});

const request = (organizationId: string, charges: Charge[], epoch = 1): AdmitRequest => ({
  organizationId,
  epoch,
  charges,
  callId: randomUUID(),
  facts: facts(organizationId),
});

const count = (results: AdmitResult[], kind: AdmitResult['kind']) => results.filter((result) => result.kind === kind).length;
const times = <T>(n: number, run: (i: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: n }, (_, i) => run(i)));

describe.each(['redis', 'embedded'] as const)('the %s ledger', (kind) => {
  let ledger: Ledger;
  const open = () => createLedger({ kind, redisUrl: redis.url, pool: db.pool, gatewayId: 'gw' });
  beforeAll(() => {
    ledger = open();
  });
  afterAll(() => ledger.close());

  async function organization(): Promise<string> {
    const id = randomUUID();
    await db.forOrganization(id, (tx) => tx.organization.create({ data: { id, slug: id, name: id } }));
    await ledger.publishEpoch(id, 1);
    return id;
  }
  async function raiseEpoch(id: string, epoch: number): Promise<void> {
    await db.forOrganization(id, (tx) => tx.organization.update({ where: { id }, data: { epoch } }));
    await ledger.publishEpoch(id, epoch);
  }
  async function records(id: string): Promise<{ type: string; callId?: string; facts?: AuditFacts }[]> {
    if (kind === 'embedded')
      return (await db.forOrganization(id, (tx) => tx.auditRecord.findMany({ orderBy: { id: 'asc' } }))).map((row) => row.record as never);
    const entries = await client.xrange(auditStream(shardOf(id)), '-', '+');
    const all = entries.map(([, fields]) => JSON.parse(fields[1] as string));
    return all.filter((record) => (record.facts?.organizationId ?? record.organizationId) === id);
  }

  test('exactly max of many parallel callers pass, and each has a record', async () => {
    const id = await organization();
    const results = await times(64, () => ledger.admit(request(id, [charge({ max: 30 })])));
    expect([count(results, 'admitted'), count(results, 'limited')]).toEqual([30, 34]);
    expect((await records(id)).length).toBe(30);
  });

  test('the window rolls: charges leave one by one, not all at a boundary', async () => {
    const id = await organization();
    const limit = charge({ max: 2, windowMs: 1000 });
    expect((await ledger.admit(request(id, [limit]))).kind).toBe('admitted');
    await sleep(600);
    expect((await ledger.admit(request(id, [limit]))).kind).toBe('admitted');
    const full = await ledger.admit(request(id, [limit]));
    if (full.kind !== 'limited') throw new Error(full.kind);
    expect(full).toMatchObject({ index: 0, remainingMicros: 0 });
    expect(full.retryAfterMs).toBeGreaterThan(200);
    expect(full.retryAfterMs).toBeLessThanOrEqual(400);
    expect(Math.abs(full.resetAt.getTime() - Date.now() - full.retryAfterMs)).toBeLessThan(100);
    await sleep(full.retryAfterMs);
    expect((await ledger.admit(request(id, [limit]))).kind).toBe('admitted');
    expect((await ledger.admit(request(id, [limit]))).kind).toBe('limited');
  });

  test('never more than max in any window of that length, over several windows of pressure', async () => {
    const id = await organization();
    const limit = charge({ max: 5, windowMs: 1000 });
    const admitted: { from: number; to: number }[] = [];
    for (const end = Date.now() + 2600; Date.now() < end; await sleep(5)) {
      const from = performance.now();
      if ((await ledger.admit(request(id, [limit]))).kind === 'admitted') admitted.push({ from, to: performance.now() });
    }
    expect(admitted.length).toBeGreaterThanOrEqual(10);
    for (let i = 5; i < admitted.length; i++) expect(admitted[i]!.to - admitted[i - 5]!.from).toBeGreaterThan(1000);
  });

  test('several charges are taken all or none', async () => {
    const id = await organization();
    const wide = charge({ key: 'organization::all', max: 100 });
    const narrow = charge({ key: 'grant:g1:narrow', max: 3 });
    const results = await times(10, () => ledger.admit(request(id, [wide, narrow])));
    expect(count(results, 'admitted')).toBe(3);
    expect(results.find((result) => result.kind === 'limited')).toMatchObject({ index: 1 });
    expect((await ledger.read(id, [wide, narrow])).map((state) => state.usedMicros)).toEqual([3e6, 3e6]);
  });

  test('two limits on one counter both hold within one call', async () => {
    const id = await organization();
    const twice = [charge({ max: 5 }), charge({ max: 5 })];
    const results = await times(5, () => ledger.admit(request(id, twice)));
    expect(count(results, 'admitted')).toBe(2);
    expect((await ledger.read(id, [charge()]))[0]!.usedMicros).toBe(4e6);
  });

  test('amounts are exact to a millionth, and one that can never fit is refused', async () => {
    const id = await organization();
    const spend = (amount: number) => ledger.admit(request(id, [charge({ key: 'grant:g1:spend', max: 0.3, amount })]));
    expect([(await spend(0.1)).kind, (await spend(0.2)).kind, (await spend(0.000001)).kind]).toEqual(['admitted', 'admitted', 'limited']);
    expect((await ledger.admit(request(id, [charge({ max: 0 })]))).kind).toBe('limited');
    expect(await ledger.admit(request(id, [charge({ max: 2, amount: 3 })]))).toMatchObject({ kind: 'limited', remainingMicros: 2e6 });
  });

  test('a limit with a large maximum never lets more through, and is empty again after its window', async () => {
    const id = await organization();
    const limit = (amount: number) => charge({ key: 'grant:g1:large', max: 5000, windowMs: 1000, amount });
    const results = await times(60, () => ledger.admit(request(id, [limit(100)])));
    expect(count(results, 'admitted')).toBe(50);
    await sleep(1020);
    expect((await ledger.admit(request(id, [limit(5000)]))).kind).toBe('admitted');
  });

  test('counters of two scopes do not touch, nor do those of two organizations', async () => {
    const [one, two] = [await organization(), await organization()];
    const grant = charge({ key: 'grant:g1:rate', max: 1 });
    const server = charge({ key: 'server:s1:rate', max: 2 });
    expect((await ledger.admit(request(one, [grant, server]))).kind).toBe('admitted');
    expect(await ledger.admit(request(one, [grant, server]))).toMatchObject({ kind: 'limited', index: 0 });
    expect((await ledger.admit(request(one, [charge({ key: 'grant:g2:rate', max: 1 }), server]))).kind).toBe('admitted');
    expect(await ledger.admit(request(one, [charge({ key: 'grant:g3:rate', max: 1 }), server]))).toMatchObject({
      kind: 'limited',
      index: 1,
    });
    expect((await ledger.admit(request(two, [grant, server]))).kind).toBe('admitted');
  });

  test.each([
    ['exact', 2],
    ['coarse', 2000],
  ])('a refund gives back what its call took from an %s counter, once', async (_name, max) => {
    const id = await organization();
    const limit = charge({ max, amount: max / 2 });
    const [first, second] = [request(id, [limit]), request(id, [limit])];
    await ledger.admit(first);
    await ledger.admit(second);
    expect((await ledger.admit(request(id, [limit]))).kind).toBe('limited');
    const end = { outcome: 'upstream_error', code: 'connect', message: null, latencyMs: 1 } as const;
    for (let i = 0; i < 2; i++) await ledger.settle({ organizationId: id, callId: first.callId, charges: [limit], end, refund: true });
    expect((await ledger.read(id, [limit]))[0]!.usedMicros).toBe((max / 2) * 1e6);
    await ledger.settle({ organizationId: id, callId: second.callId, charges: [limit], end, refund: false });
    expect((await ledger.read(id, [limit]))[0]!.usedMicros).toBe((max / 2) * 1e6);
    expect((await records(id)).filter((record) => record.type === 'end')).toMatchObject([
      { end: { refunded: true } },
      {},
      { callId: second.callId, end: { outcome: 'upstream_error' } },
    ]);
  });

  test('an epoch that is not the current one is stale, charges nothing and records nothing', async () => {
    const id = await organization();
    await raiseEpoch(id, 2);
    const limit = charge({ max: 1 });
    expect(await ledger.admit(request(id, [limit], 1))).toEqual({ kind: 'stale', epoch: 2 });
    expect(await ledger.record(facts(id), 1)).toEqual({ kind: 'stale', epoch: 2 });
    expect(await ledger.checkEpoch(id, 1)).toEqual({ kind: 'stale', epoch: 2 });
    expect(await records(id)).toEqual([]);
    expect((await ledger.admit(request(id, [limit], 2))).kind).toBe('admitted');
    expect(await ledger.admit(request(id, [limit], 1))).toEqual({ kind: 'stale', epoch: 2 }); // also when the counter is full
    expect(await ledger.checkEpoch(id, 2)).toEqual({ kind: 'current' });
    await ledger.publishEpoch(id, 1);
    expect(await ledger.checkEpoch(id, 2)).toEqual({ kind: 'current' });
  });

  test('an organization that the ledger does not know is stale without an epoch', async () => {
    const id = randomUUID();
    expect(await ledger.admit(request(id, []))).toEqual({ kind: 'stale', epoch: null });
    expect(await ledger.checkEpoch(id, 1)).toEqual({ kind: 'stale', epoch: null });
  });

  test('a refusal is recorded with or without an epoch, and the intent carries what was charged', async () => {
    const id = await organization();
    const [one, two] = [facts(id), facts(id)];
    expect((await ledger.record(one, 1)).kind).toBe('recorded');
    expect((await ledger.record(two, null)).kind).toBe('recorded');
    const admitted = request(id, [charge()]);
    await ledger.admit(admitted);
    const charges = [{ key: 'grant:g1:rate', amountMicros: 1e6, windowMs: 60_000 }];
    expect(await records(id)).toMatchObject([
      { type: 'event', facts: one },
      { type: 'event', facts: two },
      { type: 'intent', callId: admitted.callId, gatewayId: 'gw', facts: { detail: { charges } } },
    ]);
  });

  test('text that PostgreSQL cannot hold is recorded with replacement characters', async () => {
    const id = await organization();
    expect((await ledger.record({ ...facts(id), tool: 'a\0b\ud800c' }, 1)).kind).toBe('recorded');
    expect((await records(id))[0]).toMatchObject({ facts: { tool: 'a\ufffdb\ufffdc' } });
  });
});
