/** A replay with captured values: who may, what is recorded of it, what is decided with them. */
import { createHash } from 'node:crypto';
import { auditFacts } from '@toolgate/audit/event';
import { redact } from '@toolgate/audit/redact';
import { compileSource } from '@toolgate/policy/policy-test';
import { createReplay } from '@toolgate/policy/replay';
import { createGrant as grantRow, createPolicy as policyRow, createServer as serverRow } from '@toolgate/testing/factories';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendBatch } from '../../../../scripts/seed-audit/append-batch.ts';
import { captureKey, sealCapture } from '../audit/capture-seal.ts';
import type { Actor } from '../context.ts';
import { newId } from '../id.ts';
import { argumentKey } from '../secret/data-key.ts';
import { type LoggedCall, recordedCalls, recordedCallsWithValues } from './recorded-calls.ts';

let t: TestServices;
let client: pg.Client;
beforeAll(async () => {
  t = await startTestServices();
  client = new pg.Client({ connectionString: t.database.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await t.stop();
});

const OPEN = '{"version":"1","default":"allow"}';
const SPENDING = JSON.stringify({
  version: '1',
  default: 'allow',
  all_tools: {
    deny_if: [{ conditions: [{ path: 'args.to', op: 'ends_with', value: '@evil.example' }] }],
    limits: [{ counter: 'spend', window: 'day', max: 100, by: 'args.amount' }],
  },
});

/** A policy with one call for each of these arguments, a second apart, captured as gateway and worker do. */
async function captured(all: readonly object[]) {
  const { id: organizationId, owner } = await t.organization();
  const { id: policyId } = await policyRow(t.s.db, organizationId, { document: OPEN });
  const server = await serverRow(t.s.db, organizationId, { url: 'https://a.example/mcp', tools: [{ name: 'pay' }] });
  const grant = await grantRow(t.s.db, organizationId, { label: 'ci', servers: [{ serverId: server.id, policyId }] });
  const root = await t.s.db.forOrganization(organizationId, (tx) => argumentKey(tx, t.s.keyRing, organizationId));
  const key = captureKey(root, organizationId);
  const begin = Date.now() - 60_000;
  const calls = all.map((args, index) => {
    const [id, at] = [newId(), new Date(begin + index * 1000).toISOString()];
    const { text, redacted, truncated } = redact(args);
    const sealed = sealCapture(key, organizationId, id, text);
    const sha256 = createHash('sha256').update(sealed).digest('hex');
    const facts = auditFacts({
      ...{ id, organizationId, at, kind: 'call', decision: 'allowed', code: 'allowed', method: 'tools/call', tool: 'pay', latencyMs: 5 },
      ...{ serverId: server.id, grantId: grant.id, grant: 'ci', policyId, policyVersion: 1 },
      detail: { argumentKeys: Object.keys(args), requestBytes: 300, captured: { sha256, bytes: text.length, redacted, truncated } },
    });
    return { facts, sealed };
  });
  await appendBatch(
    client,
    organizationId,
    calls.map(({ facts }) => facts),
  );
  for (const { facts, sealed } of calls)
    await client.query('INSERT INTO "AuditCapture" VALUES ($1, $2, $3, $4)', [organizationId, facts.id, facts.at, sealed]);
  return { organizationId, owner, policyId };
}

async function read(pages: AsyncGenerator<LoggedCall[]>): Promise<LoggedCall[]> {
  const all: LoggedCall[] = [];
  for await (const page of pages) all.push(...page);
  return all.reverse();
}

const events = (organizationId: string) =>
  t.s.db.forOrganization(organizationId, (tx) => tx.auditRecord.findMany({ where: { organizationId }, orderBy: { id: 'asc' } }));

const PAYMENTS = [
  { to: 'a@good.example', amount: 60 },
  { to: 'b@evil.example', amount: 1 },
  { to: 'c@good.example', amount: 60 },
  { to: 'd@good.example', amount: 40 },
];

test('what depends on values is decided with those that were captured', async () => {
  const { owner, policyId } = await captured(PAYMENTS);
  const decide = (calls: LoggedCall[]) => calls.map(createReplay(compileSource(SPENDING))).map(({ now, rule }) => [now, rule]);
  const keysOnly = await read(recordedCalls(t.s, owner, { policyId, most: 100 }));
  expect(keysOnly.map(({ args, readable }) => [args, readable])).toEqual(PAYMENTS.map(() => [undefined, true]));
  expect(decide(keysOnly).map(([now]) => now)).toEqual([null, null, null, null]);
  expect(decide(await read(recordedCallsWithValues(t.s, owner, { policyId, most: 100 })))).toEqual([
    ['passes', null],
    ['refused', '/all_tools/deny_if/0'],
    ['refused', '/all_tools/limits/0'],
    ['passes', null],
  ]);
});

test('reading them is one event that says who, how many and why, there before the first is given, and without a value', async () => {
  const { organizationId, owner, policyId } = await captured(PAYMENTS);
  const before = (await events(organizationId)).length;
  const pages = recordedCallsWithValues(t.s, owner, { policyId, most: 3 });
  expect((await pages.next()).value).toHaveLength(3);
  const after = await events(organizationId);
  expect(after).toHaveLength(before + 1);
  expect(after.at(-1)?.record).toMatchObject({
    facts: {
      ...{ kind: 'change', actor: owner.name, action: 'audit.read_captures' },
      detail: { target: { kind: 'policy', id: policyId }, after: { why: 'replay', calls: 3, from: 2, to: 4 } },
    },
  });
  expect(JSON.stringify(after.map(({ record }) => record))).not.toContain('good.example');
});

test('who may not read them gets names only, and no event says otherwise', async () => {
  const { organizationId, policyId } = await captured(PAYMENTS);
  const { owner: stranger } = await t.organization();
  const manager = await t.member(organizationId, 'policy_manager');
  const demoted: Actor = { ...manager, role: 'admin' };
  const before = (await events(organizationId)).length;
  for (const actor of [manager, await t.member(organizationId, 'viewer'), demoted]) {
    const calls = await read(recordedCallsWithValues(t.s, actor, { policyId, most: 100 }));
    expect(calls.map(({ args, argumentKeys }) => [args, argumentKeys])).toEqual(PAYMENTS.map(() => [undefined, ['to', 'amount']]));
    if (actor !== demoted) expect(calls.some(({ readable }) => readable)).toBe(false);
  }
  expect(await read(recordedCallsWithValues(t.s, stranger, { policyId, most: 100 }))).toEqual([]);
  expect(await events(organizationId)).toHaveLength(before);
});

test('what was taken out, cut off or exchanged is not known', async () => {
  const { organizationId, owner, policyId } = await captured([
    { note: 'Bearer abcdefgh12345678', amount: 2 },
    { note: 'x'.repeat(20_000), amount: 2 },
    { amount: 2, password: 'hunter22' },
    { amount: 3 },
    { amount: 4 },
  ]);
  await client.query(
    `UPDATE "AuditCapture" SET ciphertext = '\\x00' WHERE "organizationId" = $1 AND "eventId" = (
       SELECT id FROM "AuditEvent" WHERE "organizationId" = $1 AND seq = 5)`,
    [organizationId],
  );
  const calls = await read(recordedCallsWithValues(t.s, owner, { policyId, most: 100 }));
  expect(calls.map(({ args }) => args)).toEqual([{ amount: 2 }, undefined, { amount: 2 }, { amount: 3 }, undefined]);
});
