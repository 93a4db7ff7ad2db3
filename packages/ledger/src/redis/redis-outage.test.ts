/** The table of docs/operations.md for the ledger's own calls: refused while Redis is away, recovered afterwards, nothing restarted. The seconds are those of `npm run faults`. */
import { randomUUID } from 'node:crypto';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis, type TestRedis } from '@toolgate/testing/redis';
import { startTcpProxy, type TcpProxy } from '@toolgate/testing/tcp-proxy';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdmitRequest, AdmitResult, Charge, Ledger } from '../ledger.ts';
import { PATIENT_MS, type Recorded, ready } from '../testing/ledger-fixture.ts';
import { createRedisLedger } from './redis-ledger.ts';
import { auditStream, shardOf } from './shard.ts';

let service: TestRedis;
let proxy: TcpProxy;
let client: Redis;
let database: TestDatabase;
let db: Database;
/** Through the proxy, as gateways have it. */
let ledger: Ledger;
/** Not through the proxy, and it waits for its answers: what it is told does not depend on how busy the machine is. */
let patient: Ledger;
beforeAll(async () => {
  service = await startTestRedis();
  proxy = await startTcpProxy(service.url);
  client = new Redis(service.url);
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_app'), { patienceMs: PATIENT_MS });
  ledger = await ready(createRedisLedger({ url: proxy.url, gatewayId: 'a', pool: db.pool }));
  patient = await ready(createRedisLedger({ url: service.url, gatewayId: 'p', pool: db.pool, answerMs: PATIENT_MS }));
});
afterAll(async () => {
  await Promise.all([ledger.close(), patient.close()]);
  client.disconnect();
  await proxy.stop();
  await service.stop();
  await db.close();
  await database.drop();
});

const LONG = { timeout: 60_000 };
const limit = (onUnavailable: 'allow' | 'deny' = 'deny'): Charge => ({
  key: `grant:g1:${onUnavailable}`,
  amountMicros: 1e6,
  maxMicros: 30e6,
  windowMs: 60_000,
  onUnavailable,
});
const call = (organizationId: string, charges = [limit()], epoch = 1): AdmitRequest => ({
  organizationId,
  epoch,
  charges,
  callId: randomUUID(),
  facts: auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed' }),
});
async function organization(): Promise<string> {
  const id = randomUUID();
  await db.forOrganization(id, (tx) => tx.organization.create({ data: { id, slug: id, name: id } }));
  await patient.publishEpoch(id, 1);
  return id;
}
const records = async (id: string) =>
  (await client.xrange(auditStream(shardOf(id)), '-', '+'))
    .map(([, fields]) => JSON.parse(fields[1] as string))
    .filter((record) => (record.facts?.organizationId ?? record.organizationId) === id);
const inTable = async (id: string) =>
  (await db.forOrganization(id, (tx) => tx.auditRecord.findMany({ orderBy: { id: 'asc' } }))).map(
    ({ record }) => record as unknown as Recorded,
  );

/** Calls that were recorded and have not ended: the end of one that was refused late says that nothing came of it. */
async function open(id: string): Promise<string[]> {
  const all = await records(id);
  const ended = new Set(all.filter(({ type }) => type === 'end').map(({ callId }) => callId));
  return all.filter(({ type, callId }) => type === 'intent' && !ended.has(callId)).map(({ callId }) => callId);
}
async function admitted(id: string): Promise<string> {
  let callId = '';
  const attempt = async () => {
    const one = call(id);
    callId = one.callId;
    return (await ledger.admit(one)).kind;
  };
  await expect.poll(attempt, LONG).toBe('admitted');
  return callId;
}

const outages: [name: string, begin: () => unknown, finish: () => unknown][] = [
  ['cannot be reached', () => proxy.cut(), () => proxy.open()],
  ['hangs', () => void process.kill(service.pid, 'SIGSTOP'), () => void process.kill(service.pid, 'SIGCONT')],
  ['is slow', () => void Object.assign(proxy, { delayMs: 1500 }), () => void Object.assign(proxy, { delayMs: 0 })],
  ['is out of memory', () => client.config('SET', 'maxmemory', '1mb'), () => client.config('SET', 'maxmemory', '0')],
];

test.each(outages)(
  'while Redis %s calls are refused, and pass again afterwards, with no charge lost or made twice',
  async (_name, begin, finish) => {
    const id = await organization();
    const before = await admitted(id);
    await begin();
    try {
      for (let i = 0; i < 3; i++) {
        const results = await Promise.all(Array.from({ length: 4 }, () => ledger.admit(call(id))));
        expect(results.map(({ kind }) => kind)).toEqual(Array(4).fill('unavailable'));
      }
    } finally {
      await finish();
    }
    const after = await admitted(id);
    await expect.poll(() => open(id), LONG).toEqual([before, after]);
    await expect.poll(async () => (await patient.read(id, [limit()]))[0]?.usedMicros, LONG).toBe(2e6);
  },
);

test.each(outages)(
  'while Redis %s a call passes if every limit allows it then, its intent is in PostgreSQL, and the log says so',
  async (_name, begin, finish) => {
    const id = await organization();
    const allowing = (epoch = 1) => call(id, [limit('allow')], epoch);
    await begin();
    let passed: AdmitRequest | undefined;
    try {
      // The first one may find out that Redis hangs, and is refused: whether it was counted is not known.
      await expect
        .poll(async () => {
          const one = allowing();
          const result: AdmitResult = await ledger.admit(one);
          if (result.kind === 'admitted') passed = one;
          return result;
        }, LONG)
        .toEqual({ kind: 'admitted', shadowFull: null, uncounted: true });
      expect((await ledger.admit(call(id, [limit('allow'), limit('deny')]))).kind).toBe('unavailable');
      expect((await ledger.admit(call(id, []))).kind).toBe('unavailable');
      await expect.poll(() => ledger.admit(allowing(0)), LONG).toEqual({ kind: 'stale', epoch: 1 });
      const end = { outcome: 'ok', code: null, message: null, latencyMs: 1 } as const;
      await ledger.settle({ ...(passed as AdmitRequest), end, refund: false });
    } finally {
      await finish();
    }
    const ofIt = async () => (await inTable(id)).filter(({ callId }) => callId === passed?.callId);
    await expect
      .poll(ofIt, LONG)
      .toMatchObject([{ type: 'intent', gatewayId: 'a', facts: { detail: { uncounted: true } } }, { type: 'end' }]);
    await admitted(id);
    await expect.poll(async () => (await patient.read(id, [limit('allow')]))[0]?.usedMicros, LONG).toBe(0);
  },
);

test('when PostgreSQL is away too, nothing passes', async () => {
  const own = createDatabase(database.urlAs('toolgate_app'));
  const alone = await ready(createRedisLedger({ url: proxy.url, gatewayId: 'b', pool: own.pool }));
  const id = await organization();
  proxy.cut();
  await own.close();
  const { kind } = await alone.admit(call(id, [limit('allow')]));
  proxy.open();
  expect(kind).toBe('unavailable');
  await alone.close();
});
