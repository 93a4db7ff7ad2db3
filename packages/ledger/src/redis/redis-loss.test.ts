/** Redis forgets: it was emptied, or came back with nothing. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import type { Service } from '@toolgate/embedded/process';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEpochPublisher } from '../create.ts';
import type { AdmitRequest, AdmitResult, Charge, Lease, Ledger } from '../ledger.ts';
import { PATIENT_MS, ready } from '../testing/ledger-fixture.ts';
import { createRedisLedger } from './redis-ledger.ts';

let service: Service;
let client: Redis;
let database: TestDatabase;
let db: Database;
let ledgers: Ledger[];
beforeAll(async () => {
  service = await startTestRedis();
  client = new Redis(service.url);
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_app'), { patienceMs: PATIENT_MS });
  const open = (gatewayId: string) => ready(createRedisLedger({ url: service.url, gatewayId, pool: db.pool, answerMs: PATIENT_MS }));
  ledgers = await Promise.all(['a', 'b', 'c', 'd'].map(open));
});
afterAll(async () => {
  await Promise.all(ledgers.map((ledger) => ledger.close()));
  client.disconnect();
  await service.stop();
  await db.close();
  await database.drop();
});

const limit: Charge = { key: 'grant:g1:rate', amountMicros: 1e6, maxMicros: 30e6, windowMs: 2000, onUnavailable: 'deny' };
const call = (organizationId: string, charges = [limit], epoch = 1): AdmitRequest => ({
  organizationId,
  epoch,
  charges,
  callId: randomUUID(),
  facts: auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed' }),
});
async function organization(): Promise<string> {
  const id = randomUUID();
  await db.forOrganization(id, (tx) => tx.organization.create({ data: { id, slug: id, name: id } }));
  return id;
}
/** As a gateway does: what is stale because the ledger knows nothing is told again. */
async function admit(ledger: Ledger, request: AdmitRequest): Promise<AdmitResult> {
  const result = await ledger.admit(request);
  if (result.kind !== 'stale') return result;
  await ledger.publishEpoch(request.organizationId, request.epoch);
  return ledger.admit(request);
}
/** What the worker stores of a call that runs. */
async function recordIntent(id: string, detail: object, at = new Date()): Promise<string> {
  const { callId, facts } = call(id);
  const record = { type: 'intent', callId, gatewayId: 'a', facts: { ...facts, detail } };
  await db.forOrganization(id, (tx) => tx.auditIntent.create({ data: { organizationId: id, callId, gatewayId: 'a', at, record } }));
  return callId;
}

test('an organization that never had a call has lost nothing: its first 64 calls, at four gateways at once, are counted exactly', async () => {
  const id = await organization();
  const results = await Promise.all(Array.from({ length: 64 }, (_, i) => admit(ledgers[i % 4] as Ledger, call(id))));
  expect(results.filter(({ kind }) => kind === 'admitted').length).toBe(30);
});

test('whatever was only in Redis when it was emptied: never more than max in any window, and full capacity after one window', async () => {
  const id = await organization();
  const { windowMs } = limit;
  const admitted: { from: number; to: number }[] = [];
  const started = performance.now();
  /** Redis was emptied between them. */
  let emptied = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const afterwards = () => admitted.filter(({ from }) => from > emptied.to);
  while (afterwards().length < 30) {
    await Promise.all(
      ledgers.map(async (ledger) => {
        const from = performance.now();
        if ((await admit(ledger, call(id))).kind === 'admitted') admitted.push({ from, to: performance.now() });
      }),
    );
    if (emptied.to === Number.POSITIVE_INFINITY && performance.now() > started + 500) {
      const from = performance.now();
      await client.flushall();
      emptied = { from, to: performance.now() };
    }
    await sleep(5);
  }
  admitted.sort((a, b) => a.to - b.to);
  for (let i = 30; i < admitted.length; i++) expect(admitted[i]!.to - admitted[i - 30]!.from).toBeGreaterThan(windowMs);
  for (const { to } of afterwards()) expect(to - emptied.from).toBeGreaterThan(windowMs);
});

test('after a loss calls without a limit pass at once, and the loss is in the audit log', async () => {
  const id = await organization();
  const [ledger] = ledgers as [Ledger];
  await admit(ledger, call(id, []));
  await client.flushall();
  expect((await admit(ledger, call(id, []))).kind).toBe('admitted');
  const hourly = { ...limit, windowMs: 3_600_000 };
  expect(await admit(ledger, call(id, [hourly]))).toMatchObject({ kind: 'limited', remainingMicros: 0 });
  // The log says where it may have a gap: once, whoever noticed it.
  const rows = await db.forOrganization(id, (tx) => tx.auditRecord.findMany());
  expect(rows.map(({ record }) => record)).toMatchObject([{ type: 'event', facts: { kind: 'change', action: 'ledger.lost' } }]);
});

test('nothing passes before a gateway has looked, also after a policy edit; then recorded calls count, in windows that have passed since too', async () => {
  const [ledger] = ledgers as [Ledger];
  const epochs = createEpochPublisher({ kind: 'redis', redisUrl: service.url, answerMs: PATIENT_MS });
  const id = await organization();
  const short = { ...limit, key: 'grant:g1:short', windowMs: 1000 };
  await admit(ledger, call(id, []));
  for (let i = 0; i < 29; i++) {
    const charges = [{ key: short.key, amountMicros: 1e6, windowMs: 1000 }];
    // The clocks of Redis and PostgreSQL are one here: these are in the window for ten minutes more.
    await recordIntent(id, { charges }, new Date(Date.now() + 600_000));
  }
  await client.flushall();
  expect(await ledger.admit(call(id))).toEqual({ kind: 'stale', epoch: null });
  await epochs.publishEpoch(id, 2);
  expect(await ledger.admit(call(id, [short], 2))).toEqual({ kind: 'stale', epoch: null });
  await ledger.publishEpoch(id, 1); // a gateway that loaded just before the edit
  expect(await ledger.admit(call(id, [short], 1))).toEqual({ kind: 'stale', epoch: 2 });
  expect(await ledger.admit(call(id, [{ ...limit, windowMs: 3_600_000 }], 2))).toMatchObject({ kind: 'limited', remainingMicros: 0 });
  // Two at a time, in one round trip: 29 of 30 are taken, so that one of them has room once what may have been lost is over.
  const two = async () =>
    (await Promise.all([ledger.admit(call(id, [short], 2)), ledger.admit(call(id, [short], 2))])).map(({ kind }) => kind);
  let kinds = await two();
  for (; !kinds.includes('admitted'); kinds = await two()) await sleep(20);
  expect(kinds).toEqual(['admitted', 'limited']);
  await epochs.close();
});

test('the calls in flight that were recorded hold their leases again, and give them back when they end', async () => {
  const [ledger] = ledgers as [Ledger];
  const id = await organization();
  const lease: Lease = { key: 'grant:g1:tool:x', max: 1, ttlMs: 600 };
  await admit(ledger, call(id, []));
  const callId = await recordIntent(id, { leases: [{ key: lease.key, ttlMs: 600_000 }] });
  await client.flushall();
  const one = { ...call(id, []), leases: [lease] };
  expect((await admit(ledger, one)).kind).toBe('limited');
  await sleep(700); // what may have been lost is over, the recorded one is not
  expect((await ledger.admit(one)).kind).toBe('limited');
  const end = { outcome: 'ok', code: null, message: null, latencyMs: 1 } as const;
  await ledger.settle({ organizationId: id, callId, charges: [], leases: [lease], end, refund: false });
  expect((await ledger.admit(one)).kind).toBe('admitted');
});
