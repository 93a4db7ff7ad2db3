/** The table of docs/operations.md for the ledger's own calls: answers within a second, recovery within five, nothing restarted. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import type { Service } from '@toolgate/embedded/process';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { startTcpProxy, type TcpProxy } from '@toolgate/testing/tcp-proxy';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdmitRequest, AdmitResult, Charge, Ledger } from '../ledger.ts';
import { ready } from '../testing/ledger-fixture.ts';
import { createRedisLedger } from './redis-ledger.ts';
import { auditStream, shardOf } from './shard.ts';

let service: Service;
let proxy: TcpProxy;
let client: Redis;
let database: TestDatabase;
let db: Database;
let ledger: Ledger;
beforeAll(async () => {
  service = await startTestRedis();
  proxy = await startTcpProxy(service.url);
  client = new Redis(service.url);
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_app'));
  ledger = await ready(createRedisLedger({ url: proxy.url, gatewayId: 'a', pool: db.pool }));
});
afterAll(async () => {
  await ledger.close();
  client.disconnect();
  await proxy.stop();
  await service.stop();
  await db.close();
  await database.drop();
});

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
  await ledger.publishEpoch(id, 1);
  return id;
}
const records = async (id: string) =>
  (await client.xrange(auditStream(shardOf(id)), '-', '+'))
    .map(([, fields]) => JSON.parse(fields[1] as string))
    .filter((record) => (record.facts?.organizationId ?? record.organizationId) === id);
const inTable = async (id: string) =>
  (await db.forOrganization(id, (tx) => tx.auditRecord.findMany({ orderBy: { id: 'asc' } }))).map(({ record }) => record as never);

async function timed<T>(run: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const started = performance.now();
  return { result: await run(), ms: performance.now() - started };
}
const untilAdmitted = (id: string) =>
  expect.poll(() => ledger.admit(call(id)).then(({ kind }) => kind), { timeout: 5000 }).toBe('admitted');

const outages: [name: string, begin: () => unknown, finish: () => unknown][] = [
  ['cannot be reached', () => proxy.cut(), () => proxy.open()],
  ['hangs', () => void process.kill(service.pid, 'SIGSTOP'), () => void process.kill(service.pid, 'SIGCONT')],
  ['is slow', () => void Object.assign(proxy, { delayMs: 1500 }), () => void Object.assign(proxy, { delayMs: 0 })],
  ['is out of memory', () => client.config('SET', 'maxmemory', '1mb'), () => client.config('SET', 'maxmemory', '0')],
];

test.each(outages)(
  'while Redis %s calls are refused within a second, and pass again within five, with no charge lost or made twice',
  async (_name, begin, finish) => {
    const id = await organization();
    expect((await ledger.admit(call(id))).kind).toBe('admitted');
    await begin();
    try {
      for (let i = 0; i < 3; i++) {
        const { result, ms } = await timed(() => Promise.all(Array.from({ length: 4 }, () => ledger.admit(call(id)))));
        expect(result.map(({ kind }) => kind)).toEqual(Array(4).fill('unavailable'));
        expect(ms).toBeLessThan(1000);
      }
    } finally {
      await finish();
    }
    await untilAdmitted(id);
    await sleep(100);
    expect((await ledger.read(id, [limit()]))[0]!.usedMicros).toBe(2e6);
    expect((await records(id)).filter(({ type }) => type === 'intent').length).toBe(2);
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
        .poll(
          async () => {
            const one = allowing();
            const result: AdmitResult = await ledger.admit(one);
            if (result.kind === 'admitted') passed = one;
            return result;
          },
          { timeout: 5000 },
        )
        .toEqual({ kind: 'admitted', shadowFull: null, uncounted: true });
      expect((await ledger.admit(call(id, [limit('allow'), limit('deny')]))).kind).toBe('unavailable');
      expect((await ledger.admit(call(id, []))).kind).toBe('unavailable');
      expect(await ledger.admit(allowing(0))).toEqual({ kind: 'stale', epoch: 1 });
      const end = { outcome: 'ok', code: null, message: null, latencyMs: 1 } as const;
      await ledger.settle({ ...(passed as AdmitRequest), end, refund: false });
    } finally {
      await finish();
    }
    expect(await inTable(id)).toMatchObject([
      { type: 'intent', callId: passed?.callId, gatewayId: 'a', facts: { detail: { uncounted: true } } },
      { type: 'end', callId: passed?.callId },
    ]);
    await untilAdmitted(id);
    expect((await ledger.read(id, [limit('allow')]))[0]!.usedMicros).toBe(0);
  },
);

test('when PostgreSQL is away too, nothing passes', async () => {
  const own = createDatabase(database.urlAs('toolgate_app'));
  const alone = createRedisLedger({ url: proxy.url, gatewayId: 'b', pool: own.pool });
  const id = await organization();
  await alone.ping();
  proxy.cut();
  await own.close();
  const { result, ms } = await timed(() => alone.admit(call(id, [limit('allow')])));
  proxy.open();
  expect(result.kind).toBe('unavailable');
  expect(ms).toBeLessThan(1000);
  await alone.close();
});
