/** Captured argument values: who may read them, and that every reading is on record. */
import { createHash } from 'node:crypto';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../id.ts';
import { argumentKey } from '../secret/data-key.ts';
import { captureKey, sealCapture } from './capture-seal.ts';
import { readCapture } from './read-capture.ts';

let t: TestServices;
let worker: Database;
let owner: pg.Client;
beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'), { patienceMs: 60_000 });
  owner = new pg.Client({ connectionString: t.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await worker.close();
  await t.stop();
});

/** An event number 1 whose arguments were captured, as the gateway and the worker leave it. */
async function captured(organizationId: string, text: string): Promise<string> {
  const id = newId();
  const at = new Date();
  const key = await t.s.db.forOrganization(organizationId, (tx) => argumentKey(tx, t.s.keyRing, organizationId));
  const ciphertext = sealCapture(captureKey(key, organizationId), organizationId, id, text);
  const sha256 = createHash('sha256').update(ciphertext).digest('hex');
  const detail = { captured: { sha256, bytes: text.length, redacted: 1, truncated: false } };
  const facts = auditFacts({ id, organizationId, at: at.toISOString(), kind: 'call', tool: 'draw', server: 'demo', detail });
  await worker.forOrganization(organizationId, async (tx) => {
    await tx.auditEvent.create({ data: { ...facts, at, detail, seq: 1n, prevHash: '', hash: '' } });
    await tx.auditCapture.create({ data: { organizationId, eventId: id, at, ciphertext } });
  });
  return id;
}

const records = (id: string) => t.s.db.forOrganization(id, (tx) => tx.auditRecord.findMany({ orderBy: { id: 'asc' } }));

test('an owner or admin reads them, and the log says who read what before they are given', async () => {
  const { id } = await t.organization();
  const eventId = await captured(id, '{"prompt":"a planted fox"}');
  for (const role of ['owner', 'admin', 'policy_manager', 'viewer'] as const) {
    const actor = await t.member(id, role);
    const before = (await records(id)).length;
    const result = await readCapture(t.s, actor, { seq: 1 });
    if (role === 'owner' || role === 'admin') {
      expect(result).toEqual({ ok: true, value: { eventId, text: '{"prompt":"a planted fox"}', redacted: 1, truncated: false } });
      const after = await records(id);
      expect(after.length).toBe(before + 1);
      expect(after.at(-1)?.record).toMatchObject({
        facts: {
          kind: 'change',
          action: 'audit.read_capture',
          actor: actor.name,
          detail: {
            actorId: actor.userId,
            target: { kind: 'event', id: eventId, name: '#1' },
            after: { seq: 1, tool: 'draw', server: 'demo' },
          },
        },
      });
    } else {
      expect(result).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
      expect((await records(id)).length).toBe(before);
    }
  }
  expect(JSON.stringify((await records(id)).map(({ record }) => record))).not.toContain('planted');
});

test('somebody who lost the role, another organization, and an event without values get nothing', async () => {
  const [one, other] = [await t.organization(), await t.organization()];
  await captured(one.id, '{}');
  const demoted = { ...(await t.member(one.id, 'viewer')), role: 'owner' as const };
  expect(await readCapture(t.s, demoted, { seq: 1 })).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
  expect(await readCapture(t.s, other.owner, { seq: 1 })).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  expect(await readCapture(t.s, one.owner, { seq: 2 })).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  expect(await readCapture(t.s, one.owner, { seq: 1, organizationId: other.id } as never)).toMatchObject({
    ok: false,
    refusal: { code: 'invalid' },
  });
});

test('values that were put in the place of others are refused', async () => {
  const [one, two] = [await t.organization(), await t.organization()];
  await captured(one.id, '{"a":1}');
  await captured(two.id, '{"a":2}');
  await owner.query(
    `UPDATE "AuditCapture" SET ciphertext = (SELECT ciphertext FROM "AuditCapture" WHERE "organizationId" = $2) WHERE "organizationId" = $1`,
    [one.id, two.id],
  );
  expect(await readCapture(t.s, one.owner, { seq: 1 })).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
  expect(await records(one.id)).toEqual([]);
});
