/** Retention and proof together: what is dropped is said by the log, and the rest of it still verifies. */
import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto';
import { canonical, chainHash } from '@toolgate/audit/chain';
import { type AuditEvent, type AuditFacts, auditFacts } from '@toolgate/audit/event';
import { endLine } from '@toolgate/audit/export-manifest';
import { verifyExport } from '@toolgate/audit/verify-export';
import { createDatabase, type Database } from '@toolgate/db/database';
import { newSigningKey, readSigningKey } from '@toolgate/services/audit/checkpoint-key';
import { exportEvents } from '@toolgate/services/audit/export';
import { sealExport } from '@toolgate/services/audit/export-seal';
import { readRetention } from '@toolgate/services/audit/retention-read';
import type { Actor } from '@toolgate/services/context';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startCheckpoints } from '../checkpoint/checkpoints.ts';
import { type Drain, startDrain } from '../drain/drain.ts';
import { drainTable } from '../drain/drain-table.ts';
import { dropOldEvents } from './drop-old-events.ts';
import { makePartitions } from './make-partitions.ts';

let t: TestServices;
let worker: Database;
let owner: pg.Client;
let drain: Drain | null = null;
beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'));
  owner = new pg.Client({ connectionString: t.database.ownerUrl });
  await owner.connect();
  for (let ago = 1; ago <= 6; ago++) await owner.query('SELECT toolgate_make_audit_partitions($1)', [monthsAgo(ago)]);
});
afterEach(async () => {
  await drain?.stop();
  drain = null;
});
afterAll(async () => {
  await worker.close();
  await owner.end();
  await t.stop();
});

const now = new Date();
/** The middle of a month, moved by so many days. */
const monthsAgo = (months: number, days = 0) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 15 + days));
const partitions = async () =>
  (
    await owner.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = '"AuditEvent"'::regclass ORDER BY 1`,
    )
  ).rows.map(({ name }) => name.replaceAll('"', ''));
const signer = () => readSigningKey(newSigningKey(t.s.keyRing), t.s.keyRing);

async function record(organizationId: string, times: Date[]): Promise<void> {
  for (const at of times) {
    const facts: AuditFacts = auditFacts({ id: randomUUID(), organizationId, at: at.toISOString(), kind: 'call', decision: 'denied' });
    await t.s.db.forOrganization(organizationId, (tx) =>
      tx.auditRecord.create({ data: { organizationId, record: { type: 'event', facts } as never } }),
    );
  }
}

/** The lines of an export, while the worker runs. */
async function exported(actor: Actor): Promise<string[]> {
  const patience = { patienceMs: 60_000 };
  const events = await exportEvents(t.s, actor, '', patience);
  if (!events.ok) throw new Error(events.refusal.message);
  const list: AuditEvent[] = [];
  for await (const event of events.value) list.push(event);
  const lines = list.map((event) => JSON.stringify(event));
  const sha256 = createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex');
  const content = { format: 'jsonl', query: '', count: list.length, first: list[0]!.seq, last: list.at(-1)!.seq, sha256 } as const;
  const manifest = await sealExport(t.s, actor, content, patience);
  if (!manifest.ok) throw new Error(manifest.refusal.message);
  return [...lines, endLine(manifest.value)!.trimEnd()];
}

function check(lines: string[], publicKey: string) {
  const digest = createHash('sha256');
  return verifyExport(lines, {
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    digest: { update: (text) => void digest.update(text), hex: () => digest.digest('hex') },
    verify: (text, signature) => verify(null, Buffer.from(text), createPublicKey(publicKey), Buffer.from(signature, 'base64url')),
  });
}

test('months that are too old are dropped, each organization’s log says which events, and the rest verifies by the public key alone', async () => {
  const [one, two] = [await t.organization(), await t.organization()];
  const key = signer();
  drain = startDrain({ pool: worker.pool, signer: key, log: () => {} });
  // The end of a month does not come in the order of the chain: a long call of the month before ends after a short one of the next.
  await record(one.id, [monthsAgo(5), monthsAgo(4), monthsAgo(3), monthsAgo(4, 1), monthsAgo(3), monthsAgo(0, -14)]);
  await record(two.id, [monthsAgo(3)]);
  const count = async () => Number((await owner.query('SELECT count(*) AS n FROM "AuditEvent"')).rows[0].n);
  await expect.poll(count, { timeout: 60_000 }).toBe(7);
  const whole = await exported(one.owner);
  expect(await check(whole, key.publicKey)).toMatchObject({ ok: true, from: 1, signed: true, dropped: [] });
  const before = await partitions();
  expect(await dropOldEvents(worker.pool, null)).toBe(0);
  expect(await partitions()).toEqual(before);
  expect(await dropOldEvents(worker.pool, 3, now)).toBe(3);
  const name = (ago: number) => `AuditEvent_${monthsAgo(ago).toISOString().slice(0, 7).replace('-', '_')}`;
  expect(await partitions()).toEqual(before.filter((part) => part === 'AuditEvent_other' || part >= name(3)));
  expect(before).toContain(name(5));
  // Again: nothing is left to drop.
  expect(await dropOldEvents(worker.pool, 3, now)).toBe(0);
  const rest = await exported(one.owner);
  const checked = await check(rest, key.publicKey);
  expect(checked).toMatchObject({
    ok: true,
    from: 3,
    signed: true,
    dropped: [
      { from: 1, to: 2 },
      { from: 4, to: 4 },
    ],
  });
  const said = rest.map((line) => JSON.parse(line) as AuditEvent).find(({ action }) => action === 'audit.retention');
  expect(said).toMatchObject({
    kind: 'change',
    actor: 'Retention',
    detail: {
      target: { id: one.id, name: one.slug },
      before: { events: 3 },
      after: {
        events: 0,
        months: 3,
        dropped: [
          { from: 1, to: 2 },
          { from: 4, to: 4 },
        ],
      },
    },
  });
  // Without what the log says of it, the same gap is one that somebody made.
  expect(
    await check(
      rest.filter((line) => !line.includes('audit.retention')),
      key.publicKey,
    ),
  ).toMatchObject({ ok: false });
  expect(await readRetention(t.s, one.owner)).toMatchObject({ droppedBefore: expect.any(String), oldest: { seq: 3 } });
  const silent = await exported(two.owner);
  expect(silent.some((line) => line.includes('audit.retention'))).toBe(false);
});

test('the worker’s role can drop only whole months, at least one month old, and never without the event', async () => {
  const { id } = await t.organization();
  await record(id, [monthsAgo(2)]);
  await drainTable(worker.pool, null);
  const drop = (before: Date) => worker.pool.query('SELECT toolgate_drop_audit($1, 1)', [before]);
  const month = (ago: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1));
  await expect(drop(month(0))).rejects.toThrow('at least one month old');
  await expect(drop(new Date(month(3).getTime() + 1))).rejects.toThrow('whole months');
  await expect(drop(new Date(Date.now() + 1e10))).rejects.toThrow();
  await expect(t.s.db.pool.query('SELECT toolgate_drop_audit($1, 1)', [month(3)])).rejects.toThrow('permission denied');
  await expect(worker.pool.query(`DROP TABLE "AuditEvent_${monthsAgo(2).toISOString().slice(0, 7).replace('-', '_')}"`)).rejects.toThrow(
    'must be owner',
  );
  await drop(month(1));
  const { rows } = await owner.query(`SELECT record->'facts'->>'action' AS action FROM "AuditRecord" WHERE "organizationId" = $1`, [id]);
  expect(rows).toEqual([{ action: 'audit.retention' }]);
});

test('an event of a month that is not there yet is kept, and moves into its partition when that is made', async () => {
  const { id } = await t.organization();
  const future = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 5, 15));
  await record(id, [future]);
  await drainTable(worker.pool, null);
  const part = `AuditEvent_${future.toISOString().slice(0, 7).replace('-', '_')}`;
  expect(await partitions()).not.toContain(part);
  await worker.pool.query('SELECT toolgate_make_audit_partitions($1)', [new Date(future.getTime() - 40 * 86_400_000)]);
  expect((await owner.query(`SELECT count(*)::int AS n FROM "${part}" WHERE "organizationId" = $1`, [id])).rows).toEqual([{ n: 1 }]);
  await expect(worker.pool.query(`SELECT * FROM "${part}"`)).rejects.toThrow('permission denied');
  await makePartitions(worker.pool); // what is there already stays
});

test('a chain with news is signed within a minute, or at the thousandth event, and each checkpoint stands for its event', async () => {
  const { id, owner: member } = await t.organization();
  const key = signer();
  const many = Array.from({ length: 2500 }, () => ({
    type: 'event',
    facts: auditFacts({ id: randomUUID(), organizationId: id, at: new Date().toISOString(), kind: 'call' }),
  }));
  await owner.query('INSERT INTO "AuditRecord" ("organizationId", record) SELECT $1, r FROM unnest($2::jsonb[]) AS r', [id, many]);
  while ((await drainTable(worker.pool, key)) > 0);
  const list = () => t.s.db.forOrganization(id, (tx) => tx.auditCheckpoint.findMany({ orderBy: { seq: 'asc' } }));
  expect((await list()).map(({ seq }) => Number(seq))).toEqual([1000, 2000]);
  const due = async () =>
    (await owner.query('SELECT "signBy" - now() < INTERVAL \'51 s\' AS soon FROM "AuditChain" WHERE "organizationId" = $1', [id])).rows;
  expect(await due()).toEqual([{ soon: true }]);
  await owner.query('UPDATE "AuditChain" SET "signBy" = now() - INTERVAL \'1 s\' WHERE "organizationId" = $1', [id]);
  const signing = startCheckpoints(worker.pool, { signer: key, retentionMonths: 12, log: () => {} });
  await expect.poll(async () => (await list()).length, { timeout: 60_000 }).toBe(3);
  await signing.stop();
  expect(await due()).toEqual([{ soon: null }]);
  for (const { seq, hash, keyId } of await list()) {
    const event = await t.s.db.forOrganization(id, (tx) => tx.auditEvent.findFirstOrThrow({ where: { organizationId: id, seq } }));
    expect({ hash: event.hash, keyId }).toEqual({ hash, keyId: key.keyId });
    const again = { ...event, seq: Number(event.seq), at: event.at.toISOString() } as AuditEvent;
    expect(chainHash(again.prevHash, canonical(again), (text) => createHash('sha256').update(text).digest('hex'))).toBe(hash);
  }
  expect(await readRetention(t.s, member)).toMatchObject({ months: 12 });
});
