/** Approvals as the gateway and the inbox use them, on a real database. */
import { createGrant as grantRow, createPolicy as policyRow, createServer as serverRow } from '@toolgate/testing/factories';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockOrganization } from '../change.ts';
import { newId } from '../id.ts';
import { publishPolicy } from '../policy/publish.ts';
import { approveCall } from './approve.ts';
import { type ApprovalCall, type Asked, askApproval, MOST_PENDING } from './ask.ts';
import { callHash } from './call-hash.ts';
import { denyCall } from './deny.ts';
import { giveBackApproval } from './give-back.ts';
import { countPendingApprovals, listApprovals, readApproval } from './read.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

const DOCUMENT = {
  version: '1',
  default: 'deny',
  tools: { pay: { approve_if: [{ conditions: [{ path: 'args.amount', op: 'gt', value: 100 }] }] } },
};

async function fixture(more: Partial<ApprovalCall> = {}) {
  const { id: organizationId, owner } = await t.organization();
  const server = await serverRow(t.s.db, organizationId, {
    url: 'https://mcp.example.com/mcp',
    tools: [{ name: 'pay', category: 'Financial' }],
  });
  const policy = await policyRow(t.s.db, organizationId, { document: DOCUMENT });
  const grant = await grantRow(t.s.db, organizationId, { servers: [{ serverId: server.id, policyId: policy.id }] });
  const rule = {
    rule: '/tools/pay/approve_if/0',
    message: 'A person has to look.',
    timeoutMs: 3_600_000,
    requiredApprovals: 1,
    requesterExcluded: false,
  };
  const bound = {
    grantId: grant.id,
    serverId: server.id,
    tool: 'pay',
    toolHash: 'h1',
    argumentsText: '{"amount": 500}',
    policyId: policy.id,
  };
  const call: ApprovalCall = { organizationId, ...bound, policyVersion: 1, client: 'test 1', ...rule, ...more };
  const ask = (changed: Partial<ApprovalCall> = {}, waitedFor: string | null = null) =>
    askApproval(t.s, { ...call, ...changed }, newId(), { waitedFor });
  return { organizationId, owner, policyId: policy.id, grantId: grant.id, call, ask };
}

const idOf = (asked: Asked): string => {
  if (asked.kind !== 'pending') throw new Error(`It is ${asked.kind}.`);
  return asked.approvalId;
};

const runOut = (organizationId: string, id: string) =>
  t.s.db.forOrganization(organizationId, (tx) =>
    tx.approval.update({ where: { organizationId_id: { organizationId, id } }, data: { expiresAt: new Date(Date.now() - 60_000) } }),
  );

test('of many identical calls at once one passes with an approval for one, and they make one request', async () => {
  const { owner, ask } = await fixture();
  const asked = await Promise.all(Array.from({ length: 8 }, () => ask()));
  expect(new Set(asked.map(idOf)).size).toBe(1);
  const [request] = await listApprovals(t.s, owner);
  expect(request).toMatchObject({ id: idOf(asked[0]!), asked: 8, state: 'pending', category: 'Financial' });
  expect(await approveCall(t.s, owner, { approvalId: idOf(asked[0]!), mode: 'once' })).toMatchObject({ ok: true, value: { missing: 0 } });
  const again = await Promise.all(Array.from({ length: 8 }, () => ask()));
  expect(again.filter(({ kind }) => kind === 'passed')).toHaveLength(1);
  expect(new Set(again.filter(({ kind }) => kind === 'pending').map(idOf)).size).toBe(1);
});

test('the same arguments for fifteen minutes pass as often as they are asked for, and no others', async () => {
  const { owner, organizationId, ask } = await fixture();
  const id = idOf(await ask());
  await approveCall(t.s, owner, { approvalId: id, mode: 'fifteenMinutes' });
  expect((await Promise.all([ask(), ask(), ask({ argumentsText: '{ "amount":500 }' })])).map(({ kind }) => kind)).toEqual(
    Array(3).fill('passed'),
  );
  expect((await ask({ argumentsText: '{"amount":501}' })).kind).toBe('pending');
  await runOut(organizationId, id);
  expect((await ask()).kind).toBe('pending');
});

test.each<[string, Partial<ApprovalCall>]>([
  ['arguments', { argumentsText: '{"amount":501}' }],
  ['a digit that no double holds', { argumentsText: '{"amount":500.00000000000000001}' }],
  ['tool', { tool: 'refund' }],
  ['definition of the tool', { toolHash: 'h2' }],
  ['policy version', { policyVersion: 2 }],
  ['policy', { policyId: 'another' }],
  ['grant', { grantId: 'another' }],
  ['server', { serverId: 'another' }],
])('another %s is another call', async (_, changed) => {
  const call: ApprovalCall = {
    ...({} as ApprovalCall),
    grantId: 'g',
    serverId: 's',
    tool: 'pay',
    toolHash: 'h1',
    policyId: 'p',
    policyVersion: 1,
    argumentsText: '{"amount":500}',
  };
  expect(callHash({ ...call, ...changed }).equals(callHash(call))).toBe(false);
  expect(callHash({ ...call, argumentsText: ' {"amount" :500}' }).equals(callHash(call))).toBe(true);
});

test('a denial is read with its reason by whoever asks for that call again, and stands for fifteen minutes', async () => {
  const { owner, organizationId, ask } = await fixture();
  const id = idOf(await ask());
  expect(await denyCall(t.s, owner, { approvalId: id, reason: 'Ask finance first.' })).toMatchObject({ ok: true });
  for (let i = 0; i < 2; i++) expect(await ask()).toMatchObject({ kind: 'denied', reason: 'Ask finance first.', by: owner.name });
  expect(await approveCall(t.s, owner, { approvalId: id, mode: 'once' })).toMatchObject({ refusal: { code: 'conflict' } });
  await runOut(organizationId, id);
  expect((await ask()).kind).toBe('pending');
});

test('one that ran out cannot be approved any more; its caller is told so, and the next call asks anew', async () => {
  const { owner, organizationId, ask } = await fixture();
  const id = idOf(await ask());
  await runOut(organizationId, id);
  expect(await approveCall(t.s, owner, { approvalId: id, mode: 'once' })).toMatchObject({ refusal: { code: 'conflict' } });
  expect(await ask({}, id)).toEqual({ kind: 'expired', approvalId: id });
  expect(idOf(await ask())).not.toBe(id);
  // Nor is an approval that was not used in time.
  const [{ id: second } = { id: '' }] = await listApprovals(t.s, owner);
  await approveCall(t.s, owner, { approvalId: second, mode: 'once' });
  await runOut(organizationId, second);
  expect((await ask()).kind).toBe('pending');
  expect((await readApproval(t.s, owner, second))?.state).toBe('expired');
});

test('after an edit of the policy an answer is not accepted, because it would help nobody', async () => {
  const { owner, policyId, ask } = await fixture();
  const id = idOf(await ask());
  expect(await readApproval(t.s, owner, id)).toMatchObject({ outdated: false });
  const published = await publishPolicy(t.s, owner, { policyId, source: JSON.stringify({ ...DOCUMENT, tools: {} }) });
  expect(published).toMatchObject({ ok: true });
  expect(await readApproval(t.s, owner, id)).toMatchObject({ outdated: true });
  expect(await approveCall(t.s, owner, { approvalId: id, mode: 'once' })).toMatchObject({ refusal: { code: 'conflict' } });
});

test('several approvers are several people, and the narrower wish counts', async () => {
  const { owner, organizationId, ask } = await fixture({ requiredApprovals: 2 });
  const other = await t.member(organizationId, 'admin');
  const id = idOf(await ask());
  expect(await approveCall(t.s, owner, { approvalId: id, mode: 'fifteenMinutes' })).toMatchObject({ value: { missing: 1 } });
  expect(await approveCall(t.s, owner, { approvalId: id, mode: 'fifteenMinutes' })).toMatchObject({ refusal: { code: 'conflict' } });
  expect(await readApproval(t.s, owner, id)).toMatchObject({ whyNot: 'voted', mayDecide: false });
  expect((await ask()).kind).toBe('pending');
  expect(await approveCall(t.s, other, { approvalId: id, mode: 'once' })).toMatchObject({ value: { missing: 0 } });
  expect((await ask()).kind).toBe('passed');
  expect((await ask()).kind).toBe('pending');
});

test('a call is asked about while something of its organization is being changed', async () => {
  const { organizationId, ask } = await fixture();
  const asked = await t.s.db.forOrganization(organizationId, async (tx) => {
    await lockOrganization(tx, organizationId);
    return ask();
  });
  expect(asked.kind).toBe('pending');
});

test('people who answer at once decide once', async () => {
  const { owner, organizationId, ask } = await fixture();
  const other = await t.member(organizationId, 'admin');
  const id = idOf(await ask());
  const answers = await Promise.all([
    approveCall(t.s, owner, { approvalId: id, mode: 'once' }),
    denyCall(t.s, other, { approvalId: id, reason: 'No.' }),
    approveCall(t.s, other, { approvalId: id, mode: 'once' }),
  ]);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
});

test('whoever made the grant does not approve its calls where the rule says so', async () => {
  const { owner, organizationId, grantId, ask } = await fixture({ requesterExcluded: true });
  const maker = owner.kind === 'member' ? owner.userId : '';
  await t.s.db.forOrganization(organizationId, (tx) =>
    tx.grant.update({ where: { organizationId_id: { organizationId, id: grantId } }, data: { createdBy: owner.name, createdById: maker } }),
  );
  const id = idOf(await ask());
  expect(await readApproval(t.s, owner, id)).toMatchObject({ whyNot: 'requester', mayDecide: false });
  expect(await approveCall(t.s, owner, { approvalId: id, mode: 'once' })).toMatchObject({ refusal: { code: 'forbidden' } });
  const other = await t.member(organizationId, 'policy_manager');
  expect(await approveCall(t.s, other, { approvalId: id, mode: 'once' })).toMatchObject({ ok: true });
});

test('a grant has only so many requests waiting, however many calls it makes', async () => {
  const { owner, ask } = await fixture();
  const asked = await Promise.all(Array.from({ length: MOST_PENDING + 5 }, (_, i) => ask({ argumentsText: `{"amount":${1000 + i}}` })));
  expect(asked.filter(({ kind }) => kind === 'pending')).toHaveLength(MOST_PENDING);
  expect(asked.filter(({ kind }) => kind === 'full')).toHaveLength(5);
  expect(await countPendingApprovals(t.s, owner)).toBe(MOST_PENDING);
});

test('what was taken is given back only by who took it, and once', async () => {
  const { owner, call, ask } = await fixture();
  await approveCall(t.s, owner, { approvalId: idOf(await ask()), mode: 'once' });
  const taken = await askApproval(t.s, call, 'request-1');
  if (taken.kind !== 'passed') throw new Error(taken.kind);
  expect(await giveBackApproval(t.s, taken.claim, 'request-2')).toBe(false);
  expect(await giveBackApproval(t.s, taken.claim, 'request-1')).toBe(true);
  expect(await giveBackApproval(t.s, taken.claim, 'request-1')).toBe(false);
  expect((await ask()).kind).toBe('passed');
});

test('the inbox shows every digit, what differs from the last approved, and the rule in words; the table holds no value', async () => {
  const { owner, organizationId, ask } = await fixture();
  const first = idOf(await ask({ argumentsText: '{"amount":12345678901234567890,"to":"ada-secret","old":true}' }));
  await approveCall(t.s, owner, { approvalId: first, mode: 'once' });
  const second = idOf(await ask({ argumentsText: '{"amount":12345678901234567891,"to":"ada-secret","tags":["x"]}' }));
  const detail = await readApproval(t.s, owner, second);
  expect(detail?.arguments).toContain('"amount": 12345678901234567891');
  expect(detail?.ruleText).toBe('pay is allowed only after an approval if args.amount is more than 100.');
  expect(detail?.lastApproved).toMatchObject({
    by: owner.name,
    differences: [
      { path: 'amount', before: '12345678901234567890', after: '12345678901234567891' },
      { path: 'old', before: 'true', after: null },
      { path: 'tags', before: null, after: '["x"]' },
    ],
  });
  const rows = await t.s.db.forOrganization(organizationId, (tx) => tx.$queryRaw`SELECT a::text FROM "Approval" a`);
  expect(JSON.stringify(rows)).not.toMatch(/ada-secret|6164612d736563726574/);
});

test('who may not answer sees that something waits, and no value of it', async () => {
  const { organizationId, ask } = await fixture();
  const viewer = await t.member(organizationId, 'viewer');
  const first = idOf(await ask({ argumentsText: '{"to":"ada-secret"}' }));
  expect(await listApprovals(t.s, viewer)).toHaveLength(1);
  const detail = await readApproval(t.s, viewer, first);
  expect(detail).toMatchObject({ arguments: null, lastApproved: null, mayDecide: false, whyNot: 'role' });
  expect(JSON.stringify(detail)).not.toContain('ada-secret');
});
