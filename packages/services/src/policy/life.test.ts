/** The life of a policy: its tests, where it is in force, what its recorded calls say. */
import { auditFacts } from '@toolgate/audit/event';
import { compileSource } from '@toolgate/policy/policy-test';
import { createReplay } from '@toolgate/policy/replay';
import { createGrant as grantRow, createPolicy as policyRow, createServer as serverRow } from '@toolgate/testing/factories';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendBatch } from '../../../../scripts/seed-audit/append-batch.ts';
import type { Actor } from '../context.ts';
import { newId } from '../id.ts';
import { CAPPED, call, DENY, LIMITED, lastEvent as lastEventOf, newPolicy, OPEN } from '../testing/capped-policy.ts';
import { addPolicyTest } from './add-test.ts';
import { readInForce } from './in-force.ts';
import { listPolicyTests } from './list-tests.ts';
import { publishPolicy } from './publish.ts';
import { readVersion } from './read.ts';
import { readPolicyActivity } from './read-activity.ts';
import { type LoggedCall, recordedCalls } from './recorded-calls.ts';
import { removePolicyTest } from './remove-test.ts';
import { restorePolicy } from './restore.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

const policy = (source?: string) => newPolicy(t, source);
const lastEvent = (organizationId: string) => lastEventOf(t, organizationId);

test('a test runs at every publish, and one that fails blocks it by name, at a restore too', async () => {
  const { owner, policyId } = await policy();
  expect(await addPolicyTest(t.s, owner, { policyId, name: 'Capped at 30', call, expected: LIMITED })).toMatchObject({ ok: true });
  const refused = await publishPolicy(t.s, owner, { policyId, source: OPEN });
  expect(refused).toMatchObject({
    ok: false,
    refusal: {
      code: 'invalid',
      message: expect.stringContaining('Capped at 30'),
      failingTests: [{ name: 'Capped at 30', expected: LIMITED, got: { effect: 'allow', code: 'allowed' } }],
    },
  });
  expect(await publishPolicy(t.s, owner, { policyId, source: `${CAPPED}\n` })).toMatchObject({ value: { version: 2 } });
  const [kept] = await listPolicyTests(t.s, owner, policyId);
  expect(kept).toMatchObject({ name: 'Capped at 30', call: { args: call.args }, expected: LIMITED, createdBy: owner.name });
  await removePolicyTest(t.s, owner, { policyId, testId: kept!.id });
  expect(await publishPolicy(t.s, owner, { policyId, source: OPEN })).toMatchObject({ value: { version: 3 } });
  await addPolicyTest(t.s, owner, { policyId, name: 'Open', call, expected: { effect: 'allow', code: 'allowed' } });
  expect(await restorePolicy(t.s, owner, { policyId, number: 1 })).toMatchObject({ refusal: { failingTests: [{ name: 'Open' }] } });
});

test('an admin may publish although tests fail, with a reason that the history and the log keep; a policy manager may not', async () => {
  const { organizationId, owner, policyId } = await policy();
  await addPolicyTest(t.s, owner, { policyId, name: 'Capped', call, expected: LIMITED });
  const override = { policyId, source: OPEN, message: 'Open it.', overrideTests: { reason: 'Incident 7' } };
  const manager = await t.member(organizationId, 'policy_manager');
  expect(await publishPolicy(t.s, manager, override)).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
  const demoted: Actor = { ...manager, role: 'admin' };
  expect(await publishPolicy(t.s, demoted, override)).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
  expect(await publishPolicy(t.s, owner, { ...override, overrideTests: { reason: ' ' } })).toMatchObject({ refusal: { code: 'invalid' } });
  const admin = await t.member(organizationId, 'admin');
  expect(await publishPolicy(t.s, admin, override)).toMatchObject({ ok: true, value: { version: 2 } });
  expect(await readVersion(t.s, owner, { policyId, number: 2 })).toMatchObject({
    message: 'Open it. (published although a test fails: Incident 7)',
  });
  expect((await lastEvent(organizationId)).record).toMatchObject({
    facts: { action: 'policy.publish', detail: { after: { overriddenTests: { tests: ['Capped'], reason: 'Incident 7' } } } },
  });
});

test('what a test’s call carries is not in the log; two tests of one name, and a call that cannot be read, are refused', async () => {
  const { organizationId, owner, policyId } = await policy();
  const add = (more: object = {}) => addPolicyTest(t.s, owner, { policyId, name: 'One', call, expected: LIMITED, ...more });
  await add();
  expect(JSON.stringify((await lastEvent(organizationId)).record)).not.toContain('canary-value');
  expect(await add()).toMatchObject({ refusal: { code: 'conflict', fields: { name: expect.any(String) } } });
  expect(await add({ name: 'Two', call: { ...call, args: '{' } })).toMatchObject({ refusal: { code: 'invalid' } });
});

test('what is in force is told from the epoch that the ledger holds, with the gateways that run', async () => {
  const { organizationId, owner, policyId } = await policy();
  const now = new Date();
  const read = () => readInForce({ ...t.s, now: () => now }, owner);
  const beat = (id: string, ago: number) =>
    t.s.db.prisma.gatewayProcess.create({ data: { id, ledger: 'embedded', seenAt: new Date(now.getTime() - ago) } });
  await Promise.all([beat(`a-${organizationId}`, 0), beat(`b-${organizationId}`, 5_000), beat(`gone-${organizationId}`, 60_000)]);
  expect(await read()).toEqual({ inForce: true, gateways: 2 });
  const deaf = { ...t.s, epochs: { ...t.s.epochs, publishEpoch: () => Promise.reject(new Error('ledger down')) } };
  await publishPolicy(deaf, owner, { policyId, source: OPEN });
  expect(await read()).toMatchObject({ inForce: false });
});

test('recorded calls are those of the policy’s grants on its servers, and can be decided again', async () => {
  const { organizationId, owner, policyId } = await policy();
  const server = await serverRow(t.s.db, organizationId, { url: 'https://a.example/mcp', tools: [{ name: 'draw', category: 'Write' }] });
  const other = await serverRow(t.s.db, organizationId, { url: 'https://b.example/mcp', tools: [{ name: 'draw' }] });
  const elsewhere = await policyRow(t.s.db, organizationId, { document: DENY });
  const grant = await grantRow(t.s.db, organizationId, {
    label: 'ci',
    kind: 'ci',
    servers: [
      { serverId: server.id, policyId },
      { serverId: other.id, policyId: elsewhere.id },
    ],
  });
  const begin = Date.now() - 3_600_000;
  const at = (index: number) => new Date(begin + index * 100).toISOString();
  const facts = (index: number, more: object) =>
    auditFacts({
      id: newId(),
      organizationId,
      at: at(index),
      kind: 'call',
      decision: 'allowed',
      code: 'allowed',
      method: 'tools/call',
      tool: 'draw',
      serverId: server.id,
      grantId: grant.id,
      grant: 'ci',
      client: 'Cursor 3.4',
      latencyMs: 5,
      policyId,
      policyVersion: 1,
      detail: { argumentKeys: ['prompt'], requestBytes: 150, admittedAt: at(index) },
      ...more,
    });
  const events = Array.from({ length: 1500 }, (_, index) => facts(index, {}));
  events.push(facts(1500, { serverId: other.id }), facts(1501, { decision: 'rejected', code: 'bad' }), facts(1502, { grantId: 'x' }));
  events.push(facts(1503, { decision: 'limited', code: 'limit_reached', rule: '/tools/draw/limits/0' }));
  events.push(facts(1504, { decision: 'denied', code: 'paused' }), facts(1505, { decision: 'denied', code: 'approval_denied' }));
  const client = new pg.Client({ connectionString: t.database.ownerUrl });
  await client.connect();
  await appendBatch(client, organizationId, events);
  await client.end();

  const all: LoggedCall[] = [];
  for await (const page of recordedCalls(t.s, owner, { policyId, most: 1200 })) all.push(...page);
  expect(all).toHaveLength(1200);
  expect(all.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq).toSorted((a, b) => b - a));
  expect(all.slice(0, 4).map(({ was, beforePolicy }) => [was, beforePolicy])).toEqual([
    ['asks', false],
    ['refused', true],
    ['refused', false],
    ['passes', false],
  ]);
  expect(all[3]).toMatchObject({
    tool: { name: 'draw', category: 'Write', risk: 'Medium' },
    argumentKeys: ['prompt'],
    grant: { id: grant.id, label: 'ci', tags: ['ci'] },
    client: 'Cursor 3.4',
  });
  const replay = createReplay(compileSource(CAPPED));
  const changes = all.toSorted((a, b) => a.at - b.at).map((one) => replay(one).change);
  // 30 a minute of ten a second.
  expect(changes.filter((change) => change === 'newly_denied').length).toBeGreaterThan(1000);
  expect(changes).not.toContain('not_decidable');

  expect(await readPolicyActivity(t.s, owner, { policyId, days: 30 })).toMatchObject({
    passed: [{ tool: 'draw' }],
    fired: [{ version: 1, rule: '/tools/draw/limits/0', count: 1 }],
    sources: [{ version: 1, source: CAPPED }],
  });
  const { owner: stranger } = await t.organization();
  expect((await recordedCalls(t.s, stranger, { policyId, most: 100 }).next()).done).toBe(true);
});
