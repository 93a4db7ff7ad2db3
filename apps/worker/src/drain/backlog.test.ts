/** A backlog of many batches: each is prepared while the one before it is stored, and may turn out not to follow what is stored. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyChain } from '@toolgate/audit/chain';
import { type AuditEvent, type AuditFacts, type AuditRecord, auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import type { Service } from '@toolgate/embedded/process';
import { auditStream, shardOf } from '@toolgate/ledger/redis/shard';
import { newSigningKey, readSigningKey } from '@toolgate/services/audit/checkpoint-key';
import { parseKeyRing } from '@toolgate/services/secret/key-ring';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Drain, startDrain } from './drain.ts';

let database: TestDatabase;
let app: Database;
let worker: Database;
let redis: Service;
let client: Redis;
beforeAll(async () => {
  database = await createTestDatabase();
  app = createDatabase(database.urlAs('toolgate_app'), { patienceMs: 60_000 });
  worker = createDatabase(database.urlAs('toolgate_worker'), { max: 20 });
  redis = await startTestRedis();
  client = new Redis(redis.url);
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
  await app.close();
  await worker.close();
  await database.drop();
});

const ring = parseKeyRing(`k1:${Buffer.alloc(32, 1).toString('base64')}`);
const signer = readSigningKey(newSigningKey(ring), ring);
const log: string[] = [];
const drains: Drain[] = [];
beforeEach(() => void log.splice(0));
afterEach(() => Promise.all(drains.splice(0).map((drain) => drain.stop())));
/** Calls that go on go on however long the test takes. */
const goneAfterMs = 24 * 3_600_000;
const drain = (batch: number) =>
  void drains.push(startDrain({ pool: worker.pool, redisUrl: redis.url, signer, batch, goneAfterMs, log: (line) => void log.push(line) }));
/** That a store was slow, on a busy machine, is no fault: it was asked again. */
const isFault = (line: string) => !/failed and is tried again: (Redis did not answer in time|timeout exceeded)/.test(line);
const PATIENCE = { timeout: 60_000, interval: 50 };

const facts = (organizationId: string, known: Partial<AuditFacts> = {}): AuditFacts =>
  auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed', ...known });
const end = { outcome: 'ok', code: null, message: null, latencyMs: 12 } as const;

interface Backlog {
  organizationId: string;
  records: AuditRecord[];
  /** The ids of the events that must come of it. */
  expected: string[];
  /** The calls that go on. */
  open: string[];
}

/** Calls that end soon, late, twice or not at all, and refusals between them. */
function backlog(calls: number): Backlog {
  const organizationId = randomUUID();
  const made: Backlog = { organizationId, records: [], expected: [], open: [] };
  const ends: { due: number; record: AuditRecord }[] = [];
  for (let i = 0; i < calls; i++) {
    const one = facts(organizationId, { tool: `tool_${i % 7}`, message: `tab\t back\\slash \\N \\. new\nline\r ${i}` });
    if (i % 5 === 0) made.records.push({ type: 'event', facts: one });
    else made.records.push({ type: 'intent', callId: one.id, gatewayId: 'gw', facts: one });
    if (i % 5 !== 0 && i % 31 === 1) made.open.push(one.id);
    else made.expected.push(one.id);
    const ending: AuditRecord = { type: 'end', callId: one.id, organizationId, end };
    if (i % 5 !== 0 && i % 31 !== 1) ends.push({ due: i + [0, 3, 40, 200][i % 4]!, record: ending });
    if (i % 13 === 2 && i % 5 !== 0 && i % 31 !== 1) ends.push({ due: i + 60 + (i % 3) * 100, record: ending });
    for (const due of ends.filter((one) => one.due <= i)) made.records.push(ends.splice(ends.indexOf(due), 1)[0]!.record);
  }
  made.records.push(...ends.map(({ record }) => record));
  return made;
}

async function add({ organizationId, records }: Backlog, to: 'stream' | 'table'): Promise<void> {
  if (to === 'stream') {
    const pipeline = client.pipeline();
    for (const record of records) pipeline.xadd(auditStream(shardOf(organizationId)), '*', 'r', JSON.stringify(record));
    await pipeline.exec();
  } else {
    const data = records.map((record) => ({ organizationId, record: record as object }));
    await app.forOrganization(organizationId, (tx) => tx.auditRecord.createMany({ data }));
  }
}

async function read({ organizationId }: Backlog): Promise<AuditEvent[]> {
  const rows = await app.forOrganization(organizationId, (tx) => tx.auditEvent.findMany({ orderBy: { seq: 'asc' } }));
  return rows.map((row) => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() }) as AuditEvent);
}

/** Records that have not been drained. */
const waiting = async ({ organizationId }: Backlog): Promise<number> =>
  (await client.xlen(auditStream(shardOf(organizationId)))) + (await app.forOrganization(organizationId, (tx) => tx.auditRecord.count()));

async function becomes(one: Backlog, more: string[] = []): Promise<AuditEvent[]> {
  const wanted = one.expected.length + more.length;
  await expect.poll(async () => (await read(one)).length, PATIENCE).toBeGreaterThanOrEqual(wanted);
  // Until nothing is left of which more could come.
  await expect.poll(() => waiting(one), PATIENCE).toBe(0);
  const events = await read(one);
  expect(events.map(({ id }) => id).sort()).toEqual([...one.expected, ...more].sort());
  expect(verifyChain(events, (text) => createHash('sha256').update(text).digest('hex'))).toMatchObject({ ok: true });
  const intents = await app.forOrganization(one.organizationId, (tx) => tx.auditIntent.findMany());
  expect(intents.map(({ callId }) => callId).sort()).toEqual([...one.open].sort());
  return events;
}

describe.each(['stream', 'table'] as const)('in the %s', (place) => {
  test('calls that begin and end in different batches are one event each, in one chain, with their texts as they were', async () => {
    const all = [backlog(900), backlog(400)];
    for (const one of all) await add(one, place);
    drain(100);
    for (const one of all) {
      const events = await becomes(one);
      expect(events[0]?.message).toBe('tab\t back\\slash \\N \\. new\nline\r 0');
      expect(events.filter(({ outcome }) => outcome === 'ok').every(({ detail }) => detail.admittedAt !== undefined)).toBe(true);
    }
    expect(log.filter(isFault)).toEqual([]);
  });

  test('two workers that prepare the same batches store each record once', async () => {
    const one = backlog(1500);
    await add(one, place);
    drain(60);
    drain(90);
    await becomes(one);
    expect(log.filter(isFault)).toEqual([]);
  });

  test('a chain that moves on while a batch is prepared for it stays one chain', async () => {
    const one = backlog(1500);
    await add(one, place);
    const other = place === 'stream' ? 'table' : 'stream';
    drain(80);
    const more: string[] = [];
    for (let i = 0; i < 30; i++) {
      const change = facts(one.organizationId, { kind: 'change', decision: null, action: 'policy.publish' });
      more.push(change.id);
      await add({ ...one, records: [{ type: 'event', facts: change }] }, other);
      await sleep(10);
    }
    await becomes(one, more);
    expect(log.filter(isFault)).toEqual([]);
  });

  test('a record that cannot be stored, in the middle of many batches, becomes an event that says so', async () => {
    const one = backlog(700);
    one.records.splice(500, 0, { type: 'event', facts: facts(one.organizationId, { latencyMs: 9e12 }) });
    await add(one, place);
    drain(100);
    await expect.poll(async () => (await read(one)).length, PATIENCE).toBe(one.expected.length + 1);
    const events = await read(one);
    expect(events.filter(({ code }) => code === 'unreadable_record')).toHaveLength(1);
    expect(verifyChain(events, (text) => createHash('sha256').update(text).digest('hex'))).toMatchObject({ ok: true });
  });
});

test('a chain is signed every thousand events, and what signs meanwhile is never taken back', async () => {
  const one = backlog(3000);
  await add(one, 'stream');
  drain(700);
  await becomes(one);
  const rows = await app.forOrganization(one.organizationId, (tx) => tx.auditCheckpoint.findMany({ orderBy: { seq: 'asc' } }));
  expect(rows.length).toBeGreaterThanOrEqual(2);
  await worker.pool.query('UPDATE "AuditChain" SET "signedSeq" = seq, "signBy" = NULL WHERE "organizationId" = $1', [one.organizationId]);
  const [head] = (await worker.pool.query('SELECT seq FROM "AuditChain" WHERE "organizationId" = $1', [one.organizationId])).rows;
  const last = facts(one.organizationId);
  await add({ ...one, records: [{ type: 'event', facts: last }] }, 'stream');
  await becomes(one, [last.id]);
  const { rows: chains } = await worker.pool.query('SELECT "signedSeq", "signBy" FROM "AuditChain" WHERE "organizationId" = $1', [
    one.organizationId,
  ]);
  expect(Number(chains[0].signedSeq)).toBe(Number(head.seq));
  expect(chains[0].signBy).not.toBeNull();
});
