import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyChain } from '@toolgate/audit/chain';
import { type AuditEvent, type AuditFacts, auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import type { Service } from '@toolgate/embedded/process';
import { createLedger } from '@toolgate/ledger/create';
import type { Charge, Ledger } from '@toolgate/ledger/ledger';
import { auditStream, SHARDS, shardOf } from '@toolgate/ledger/redis/shard';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Drain, startDrain } from './drain.ts';
import { sweepUnknown } from './sweep-unknown.ts';

let database: TestDatabase;
let app: Database;
let worker: Database;
let redis: Service;
let client: Redis;
beforeAll(async () => {
  database = await createTestDatabase();
  app = createDatabase(database.urlAs('toolgate_app'), { patienceMs: PATIENT_MS });
  worker = createDatabase(database.urlAs('toolgate_worker'));
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

/** So long a store is waited for, and whatever else must come. */
const PATIENT_MS = 60_000;
const PATIENCE = { timeout: PATIENT_MS };

const log: string[] = [];
const drains: Drain[] = [];
beforeEach(() => void log.splice(0));
afterEach(() => Promise.all(drains.splice(0).map((drain) => drain.stop())));
const drain = (goneAfterMs?: number) => {
  const options = { pool: worker.pool, redisUrl: redis.url, log: (line: string) => void log.push(line) };
  drains.push(startDrain(goneAfterMs ? { ...options, goneAfterMs } : options));
};

async function organization(ledger: Ledger): Promise<string> {
  const id = randomUUID();
  await app.forOrganization(id, (tx) => tx.organization.create({ data: { id, slug: id, name: id } }));
  await ledger.publishEpoch(id, 1);
  return id;
}

const facts = (organizationId: string, known: Partial<AuditFacts> = {}): AuditFacts =>
  auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', ...known });
const limit: Charge = { key: 'grant:g:rate', amountMicros: 1e6, maxMicros: 1e12, windowMs: 60_000, onUnavailable: 'deny' };
const end = { outcome: 'ok', code: null, message: null, latencyMs: 12, responseBytes: 5 } as const;

/** One admitted and settled call; gives the id of its event. */
async function call(ledger: Ledger, organizationId: string): Promise<string> {
  const one = facts(organizationId, { decision: 'allowed', tool: 'image_to_image' });
  const callId = randomUUID();
  const result = await ledger.admit({ organizationId, epoch: 1, charges: [limit], callId, facts: one });
  if (result.kind !== 'admitted') throw new Error(result.kind);
  await ledger.settle({ organizationId, callId, charges: [limit], end, refund: false });
  return one.id;
}

async function events(organizationId: string): Promise<AuditEvent[]> {
  const rows = await app.forOrganization(organizationId, (tx) => tx.auditEvent.findMany({ orderBy: { seq: 'asc' } }));
  return rows.map((row) => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() }) as AuditEvent);
}
const stored = (organizationId: string): Promise<number> => app.forOrganization(organizationId, (tx) => tx.auditEvent.count());
const drained = (organizationId: string, count: number) => expect.poll(() => stored(organizationId), PATIENCE).toBe(count);
/** That a store was slow, on a busy machine, is no fault: it was asked again. */
const isFault = (line: string) => !/failed and is tried again: (Redis did not answer in time|timeout exceeded)/.test(line);
const holds = (list: AuditEvent[]) => verifyChain(list, (text) => createHash('sha256').update(text).digest('hex'));

describe.each(['redis', 'embedded'] as const)('with the %s ledger', (kind) => {
  let ledger: Ledger;
  beforeAll(() => {
    ledger = createLedger({ kind, redisUrl: redis.url, pool: app.pool, gatewayId: 'gw', answerMs: PATIENT_MS });
  });
  afterAll(() => ledger.close());

  test('calls, refusals and changes become one chain that verifies, and listeners are told', async () => {
    const id = await organization(ledger);
    const listener = new pg.Client({ connectionString: database.urlAs('toolgate_app') });
    await listener.connect();
    const told: string[] = [];
    listener.on('notification', ({ payload }) => told.push(payload ?? ''));
    await listener.query('LISTEN toolgate_audit');
    drain();
    const first = await call(ledger, id);
    await drained(id, 1);
    const refusal = facts(id, {
      decision: 'denied',
      code: 'default_deny',
      tool: 'delete\0all',
      detail: { trace: [{ step: 'default', result: 'deny' }] },
    });
    await ledger.record(refusal, 1);
    await drained(id, 2);
    const change = facts(id, { kind: 'change', actor: 'Ada', action: 'policy.publish', detail: { before: { a: 1.5e-7 }, after: null } });
    const record = { type: 'event', facts: change };
    await app.forOrganization(id, (tx) => tx.auditRecord.create({ data: { organizationId: id, record } as never }));
    await drained(id, 3);
    const list = await events(id);
    expect(list.map((event) => event.id)).toEqual([first, refusal.id, change.id]);
    expect(list[0]).toMatchObject({
      seq: 1,
      decision: 'allowed',
      outcome: 'ok',
      latencyMs: 12,
      detail: { responseBytes: 5, charges: [{ key: limit.key }] },
    });
    expect(Math.abs(Date.parse(list[0]!.detail.admittedAt ?? '') - Date.parse(list[0]!.at))).toBeLessThan(PATIENT_MS);
    expect(holds(list)).toMatchObject({ ok: true, head: { seq: 3 } });
    expect(holds([{ ...list[0]!, tool: 'other' }, ...list.slice(1)])).toEqual({ ok: false, seq: 1, problem: 'edited' });
    await expect.poll(() => told.filter((payload) => payload === id).length, PATIENCE).toBeGreaterThanOrEqual(3);
    expect(await app.forOrganization(id, (tx) => tx.auditIntent.count())).toBe(0);
    expect(log.filter(isFault)).toEqual([]);
    await listener.end();
  });

  test('what a call gave back is marked, so that rebuilt counters leave it out', async () => {
    const id = await organization(ledger);
    drain();
    const callId = randomUUID();
    await ledger.admit({ organizationId: id, epoch: 1, charges: [limit], callId, facts: facts(id, { decision: 'allowed' }) });
    await ledger.settle({ organizationId: id, callId, charges: [limit], end: { ...end, outcome: 'upstream_error' }, refund: true });
    await drained(id, 1);
    expect((await events(id))[0]).toMatchObject({ outcome: 'upstream_error', detail: { refunded: true } });
  });

  test('calls of a lost gateway become unknown, those of a living one wait, and a late end is ignored', async () => {
    const id = await organization(ledger);
    const open = async (gatewayId: string) => {
      const own = createLedger({ kind, redisUrl: redis.url, pool: app.pool, gatewayId, answerMs: PATIENT_MS });
      const callId = randomUUID();
      const admitted = await own.admit({ organizationId: id, epoch: 1, charges: [], callId, facts: facts(id, { decision: 'allowed' }) });
      expect(admitted.kind).toBe('admitted');
      return { callId, close: () => own.close() };
    };
    const [lost, alive] = [`lost-${id}`, `alive-${id}`];
    await app.prisma.gatewayProcess.create({ data: { id: lost, ledger: kind, seenAt: new Date(Date.now() - 60_000) } });
    await app.prisma.gatewayProcess.create({ data: { id: alive, ledger: kind, seenAt: new Date(Date.now() + 3_600_000) } });
    const [gone, living] = [await open(lost), await open(alive)];
    drain(300);
    await drained(id, 1);
    expect((await events(id))[0]).toMatchObject({ decision: 'allowed', outcome: 'unknown', code: 'gateway_gone' });
    // In this order, so that the late one has been looked at when the other has become an event.
    await ledger.settle({ organizationId: id, callId: gone.callId, charges: [], end, refund: false });
    await ledger.settle({ organizationId: id, callId: living.callId, charges: [], end, refund: false });
    await drained(id, 2);
    expect((await events(id)).map((event) => event.outcome)).toEqual(['unknown', 'ok']);
    await Promise.all([gone.close(), living.close()]);
  });

  // It is four starts of a process long.
  test('a worker that is killed again and again loses nothing, repeats nothing and breaks no chain', { timeout: 300_000 }, async () => {
    const ids = [await organization(ledger), await organization(ledger)];
    const expected: string[][] = [[], []];
    let running = true;
    const load = (async () => {
      for (let i = 0; running; i++) {
        const one = i % 2;
        expected[one]!.push(...(await Promise.all(Array.from({ length: 5 }, () => call(ledger, ids[one]!)))));
        await sleep(20);
      }
    })();
    load.catch(() => {}); // told below
    const all = async () => (await stored(ids[0]!)) + (await stored(ids[1]!));
    for (let i = 0; i < 4; i++) {
      const before = { offered: expected.flat().length, stored: await all() };
      const child = startProcess();
      // In the middle of its work: some of what is offered while it runs has been stored.
      await expect.poll(all, PATIENCE).toBeGreaterThan(before.stored + 10);
      await expect.poll(() => expected.flat().length, PATIENCE).toBeGreaterThan(before.offered + 25);
      await sleep(Math.random() * 100);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    running = false;
    await load;
    drain();
    for (const [i, id] of ids.entries()) {
      await drained(id, expected[i]!.length);
      const list = await events(id);
      expect(list.map((event) => event.id).sort()).toEqual([...expected[i]!].sort());
      expect(holds(list)).toMatchObject({ ok: true });
    }
    expect(expected.flat().length).toBeGreaterThan(100);
  });

  test('connections to PostgreSQL that are cut again and again cost no admitted call its event', async () => {
    const id = await organization(ledger);
    drain();
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const expected: string[] = [];
    for (let i = 0; i < 40 || expected.length <= 200; i++) {
      const results = Promise.allSettled(Array.from({ length: 10 }, () => call(ledger, id)));
      if (i % 8 === 4) {
        await owner.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        );
      }
      for (const result of await results) if (result.status === 'fulfilled') expected.push(result.value);
      await sleep(10);
    }
    await owner.end();
    const ids = async () => new Set((await events(id).catch(() => [])).map((event) => event.id));
    await expect
      .poll(async () => {
        const stored = await ids();
        return expected.every((event) => stored.has(event));
      }, PATIENCE)
      .toBe(true);
    const list = await events(id);
    expect(new Set(list.map((event) => event.id)).size).toBe(list.length);
    expect(holds(list)).toMatchObject({ ok: true });
  });

  /** The real worker, in a process of its own. */
  function startProcess(): ChildProcess {
    const env = {
      ...process.env,
      DATABASE_URL: database.urlAs('toolgate_worker'),
      REDIS_URL: redis.url,
      TOOLGATE_LEDGER: kind,
      TOOLGATE_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    };
    return spawn(process.execPath, [path.resolve(import.meta.dirname, '../main.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  }
});

describe('streams', () => {
  const add = (organizationId: string, text: string) => client.xadd(auditStream(shardOf(organizationId)), '*', 'r', text);

  test('a record that cannot be read or stored is kept as an event that says so, and never holds up the others', async () => {
    const id = randomUUID();
    await add(id, 'not JSON');
    await add(id, JSON.stringify({ type: 'event', facts: { organizationId: id, tool: 7 } }));
    await add(id, JSON.stringify({ type: 'event', facts: facts(id, { latencyMs: 9e12, tool: 'slow' }) }));
    const good = facts(id, { decision: 'denied' });
    await add(id, JSON.stringify({ type: 'event', facts: good }));
    await app.forOrganization(id, (tx) => tx.auditRecord.create({ data: { organizationId: id, record: { type: 'nonsense' } } }));
    const huge = { type: 'event', facts: facts(id, { latencyMs: 9e12 }) };
    await app.forOrganization(id, (tx) => tx.auditRecord.create({ data: { organizationId: id, record: huge } as never }));
    drain();
    await drained(id, 5);
    const list = await events(id);
    expect(list.filter((event) => event.code === 'unreadable_record').length).toBe(4);
    expect(list.find((event) => event.detail.fault?.includes('"slow"'))?.detail.fault).toContain('out of range');
    expect(list.some((event) => event.id === good.id)).toBe(true);
    expect(log.filter((line) => line.includes('not JSON')).length).toBe(1);
    expect(holds(list)).toMatchObject({ ok: true });
  });

  test('what is committed is trimmed, and what was committed but not trimmed is not drained again', async () => {
    const id = randomUUID();
    const shard = shardOf(id);
    const first = await add(id, JSON.stringify({ type: 'event', facts: facts(id) }));
    await worker.pool.query('INSERT INTO "AuditCursor" VALUES ($1, $2) ON CONFLICT (shard) DO UPDATE SET "lastId" = excluded."lastId"', [
      shard,
      first,
    ]);
    const second = facts(id);
    await add(id, JSON.stringify({ type: 'event', facts: second }));
    drain();
    await drained(id, 1);
    expect((await events(id))[0]!.id).toBe(second.id);
    await expect.poll(() => client.xlen(auditStream(shard)), PATIENCE).toBe(0);
  });

  test('after Redis lost its data and its clock went back, new entries are drained', async () => {
    const id = randomUUID();
    await worker.pool.query('INSERT INTO "AuditCursor" VALUES ($1, $2) ON CONFLICT (shard) DO UPDATE SET "lastId" = excluded."lastId"', [
      shardOf(id),
      '9999999999999-0',
    ]);
    await add(id, JSON.stringify({ type: 'event', facts: facts(id) }));
    drain();
    await drained(id, 1);
  });

  test('after Redis hung or was away the drain goes on by itself', async () => {
    const id = randomUUID();
    drain();
    await add(id, JSON.stringify({ type: 'event', facts: facts(id) }));
    await drained(id, 1);
    process.kill(redis.pid, 'SIGSTOP');
    await sleep(3500);
    process.kill(redis.pid, 'SIGCONT');
    await add(id, JSON.stringify({ type: 'event', facts: facts(id) }));
    await drained(id, 2);
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await add(id, JSON.stringify({ type: 'event', facts: facts(id) }));
    await drained(id, 3);
    expect(holds(await events(id))).toMatchObject({ ok: true });
  });

  test('two workers at once drain every event once', async () => {
    const ids = Array.from({ length: 20 }, () => randomUUID());
    drain();
    drain();
    for (let i = 0; i < 400; i++) await add(ids[i % 20]!, JSON.stringify({ type: 'event', facts: facts(ids[i % 20]!) }));
    for (const id of ids) {
      await drained(id, 20);
      expect(holds(await events(id))).toMatchObject({ ok: true, head: { seq: 20 } });
    }
    // What is stored is trimmed a moment later.
    const left = async () => {
      let sum = 0;
      for (let shard = 0; shard < SHARDS; shard++) sum += await client.xlen(auditStream(shard));
      return sum;
    };
    await expect.poll(left, PATIENCE).toBe(0);
  });
});

test('a gateway that never registered is lost once its calls are old', async () => {
  const id = randomUUID();
  const one = { type: 'intent', callId: 'c1', gatewayId: randomUUID(), facts: facts(id, { decision: 'allowed' }) };
  const data = { organizationId: id, callId: 'c1', gatewayId: one.gatewayId, at: new Date(Date.now() - 30_000), record: one };
  await app.forOrganization(id, (tx) => tx.auditIntent.create({ data } as never));
  // Others that an earlier test left behind may be lost as well.
  expect(await sweepUnknown(worker.pool, 20_000)).toBeGreaterThanOrEqual(1);
  expect(await events(id)).toMatchObject([{ outcome: 'unknown', code: 'gateway_gone' }]);
  await sweepUnknown(worker.pool, 20_000);
  expect(await events(id)).toHaveLength(1);
});
