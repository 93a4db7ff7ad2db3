import { randomUUID } from 'node:crypto';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdmitRequest, Charge } from '../ledger.ts';
import { PATIENT_MS } from '../testing/ledger-fixture.ts';
import { claimEmbeddedLedger } from './claim-embedded-ledger.ts';
import { createEmbeddedLedger } from './embedded-ledger.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_app'), { patienceMs: PATIENT_MS });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const limit: Charge = { key: 'grant:g1:rate', amountMicros: 1e6, maxMicros: 10e6, windowMs: 60_000, onUnavailable: 'deny' };
const open = (pool = db.pool, answerMs = PATIENT_MS) => createEmbeddedLedger({ pool, gatewayId: 'gw', answerMs });
const call = (organizationId: string): AdmitRequest => ({
  organizationId,
  epoch: 1,
  charges: [limit],
  callId: randomUUID(),
  facts: auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed' }),
});
async function organization(): Promise<string> {
  const id = randomUUID();
  await db.forOrganization(id, (tx) => tx.organization.create({ data: { id, slug: id, name: id } }));
  return id;
}

test('a restart in the middle of a window forgets no charge and revives no refunded one', async () => {
  const id = await organization();
  const before = open();
  const calls = Array.from({ length: 7 }, () => call(id));
  for (const one of calls) expect((await before.admit(one)).kind).toBe('admitted');
  const end = { outcome: 'upstream_error', code: null, message: null, latencyMs: 1 } as const;
  await before.settle({ organizationId: id, callId: calls[0]!.callId, charges: [limit], end, refund: true });
  await before.close();
  const after = open();
  const results = await Promise.all(Array.from({ length: 20 }, () => after.admit(call(id))));
  expect(results.filter((result) => result.kind === 'admitted').length).toBe(4);
  await after.close();
});

test('what a tool error gave back is not revived by a restart, and what it did not stays', async () => {
  const id = await organization();
  const given: Charge = { ...limit, key: 'grant:g1:given', refundOn: ['tool_error'] };
  const before = open();
  const one = { ...call(id), charges: [limit, given] };
  await before.admit(one);
  const end = { outcome: 'tool_error', code: null, message: null, latencyMs: 1 } as const;
  await before.settle({ ...one, end, refund: false });
  await before.close();
  const after = open();
  expect((await after.read(id, [limit, given])).map(({ usedMicros }) => usedMicros)).toEqual([1e6, 0]);
  await after.close();
});

test('recorded calls count wherever the worker has brought them: running ones, ended ones, and not those given back', async () => {
  const id = await organization();
  const charges = [{ key: limit.key, amountMicros: limit.amountMicros, windowMs: limit.windowMs }];
  const { facts, callId } = call(id);
  const record = { type: 'intent', callId, gatewayId: 'gw', facts: { ...facts, detail: { charges } } };
  await db.forOrganization(id, (tx) =>
    tx.auditIntent.create({ data: { organizationId: id, callId, gatewayId: 'gw', at: new Date(), record } }),
  );
  const worker = new pg.Client({ connectionString: database.urlAs('toolgate_worker') });
  await worker.connect();
  const insert = (seq: number, detail: object, ageMs: number) =>
    worker.query(
      `INSERT INTO "AuditEvent" ("organizationId", seq, at, id, kind, decision, detail, "prevHash", hash)
       VALUES ($1, $2, $3, $4, 'call', 'allowed', $5, '', '')`,
      [id, seq, new Date(Date.now() - ageMs), randomUUID(), JSON.stringify(detail)],
    );
  await insert(1, { charges, admittedAt: new Date().toISOString() }, 90_000); // held for an approval: admitted long after it came
  await insert(2, { charges, refunded: true }, 0);
  await insert(3, { charges }, 61_000);
  await insert(4, { charges: [{ ...charges[0], key: 'other' }, ...charges], refundedCharges: [1] }, 0);
  await worker.end();
  const ledger = open();
  expect((await ledger.read(id, [limit]))[0]!.usedMicros).toBe(2e6);
  await ledger.close();
});

test('calls that arrive together share a commit', async () => {
  const id = await organization();
  const ledger = open();
  await ledger.admit(call(id));
  await Promise.all(Array.from({ length: 9 }, () => ledger.admit(call(id))));
  const groups = await db.forOrganization(
    id,
    (tx) => tx.$queryRaw<{ n: bigint }[]>`SELECT count(DISTINCT xmin::text) AS n FROM "AuditRecord"`,
  );
  expect(Number(groups[0]!.n)).toBeLessThanOrEqual(3);
  await ledger.close();
});

test('when PostgreSQL cannot be reached the answer is `unavailable` before it is reached, and the charge is given back', async () => {
  const [answerMs, connectMs] = [8000, 90_000];
  const pool = new pg.Pool({ connectionString: database.urlAs('toolgate_app'), max: 2, connectionTimeoutMillis: connectMs });
  pool.on('error', () => {});
  const id = await organization();
  const ledger = open(pool, answerMs);
  await ledger.admit(call(id));
  const held = [await pool.connect(), await pool.connect()]; // no connection is left: the batch cannot be sent
  const started = performance.now();
  expect((await ledger.admit(call(id))).kind).toBe('unavailable');
  expect(performance.now() - started).toBeLessThan(connectMs / 2);
  for (const client of held) client.release();
  expect((await ledger.admit(call(id))).kind).toBe('admitted');
  expect((await ledger.read(id, [limit]))[0]!.usedMicros).toBe(2e6);
  await ledger.close();
  await pool.end();
});

test('a second process on the same database is refused until the first is gone', async () => {
  const claim = await claimEmbeddedLedger(db.pool);
  const other = createDatabase(database.urlAs('toolgate_app'));
  await expect(claimEmbeddedLedger(other.pool)).rejects.toThrow('Another gateway process uses the embedded ledger');
  const waiting = claimEmbeddedLedger(other.pool, undefined, 60_000);
  await claim.release();
  await (await waiting).release();
  await other.close();
});

test('a claim whose connection broke is taken again', async () => {
  const claim = await claimEmbeddedLedger(db.pool);
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const holders = () =>
    owner.query<{ pid: number }>(`SELECT pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE locktype = 'advisory' AND d.datname = current_database()`);
  const [first] = (await holders()).rows;
  await owner.query('SELECT pg_terminate_backend($1)', [first!.pid]);
  await expect.poll(async () => (await holders()).rows.some((row) => row.pid !== first!.pid), { timeout: 60_000 }).toBe(true);
  await owner.end();
  await claim.release();
});
