/** What holds for every verb that changes something: who may, whose rows, the epoch, the event. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Role } from '@toolgate/db/client';
import { createCounterReader } from '@toolgate/ledger/create';
import { createGrant as grantRow, createPolicy as policyRow, createServer as serverRow } from '@toolgate/testing/factories';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approveCall } from './approval/approve.ts';
import { askApproval } from './approval/ask.ts';
import { denyCall } from './approval/deny.ts';
import { readApproval } from './approval/read.ts';
import { removeApprovalWebhook } from './approval/remove-webhook.ts';
import { setApprovalMail } from './approval/set-mail.ts';
import { setApprovalWebhook } from './approval/set-webhook.ts';
import { testApprovalMail } from './approval/test-mail.ts';
import { setCapture } from './audit/capture-setting.ts';
import { exportEvents } from './audit/export.ts';
import { readEvent } from './audit/read.ts';
import { removeView } from './audit/remove-view.ts';
import { saveView } from './audit/save-view.ts';
import { changeSink } from './audit/sink-change.ts';
import { createSink } from './audit/sink-create.ts';
import { pauseSink } from './audit/sink-pause.ts';
import { removeSink } from './audit/sink-remove.ts';
import { resumeSink } from './audit/sink-resume.ts';
import { testSink } from './audit/sink-test.ts';
import type { Actor } from './context.ts';
import { createGrant } from './grant/create.ts';
import { pauseGrant } from './grant/pause.ts';
import { readGrant } from './grant/read.ts';
import { resumeGrant } from './grant/resume.ts';
import { revokeGrant } from './grant/revoke.ts';
import { rotateGrant } from './grant/rotate.ts';
import { setGrantServers } from './grant/set-servers.ts';
import { newId } from './id.ts';
import { readGrantUse, readPolicyUse } from './limit/read-use.ts';
import { ensureOwner } from './organization/ensure-owner.ts';
import { pauseOrganization } from './organization/pause.ts';
import { renameOrganization } from './organization/rename.ts';
import { resumeOrganization } from './organization/resume.ts';
import { addPolicyTest } from './policy/add-test.ts';
import { createPolicy } from './policy/create.ts';
import { discardShadow } from './policy/discard-shadow.ts';
import { endShadow } from './policy/end-shadow.ts';
import { listPolicyTests } from './policy/list-tests.ts';
import { publishPolicy } from './policy/publish.ts';
import { publishScheduled } from './policy/publish-scheduled.ts';
import { listVersions, readPolicy, readVersion } from './policy/read.ts';
import { readPolicyActivity } from './policy/read-activity.ts';
import { recordedCalls } from './policy/recorded-calls.ts';
import { removePolicy } from './policy/remove.ts';
import { removePolicyTest } from './policy/remove-test.ts';
import { renamePolicy } from './policy/rename.ts';
import { restorePolicy } from './policy/restore.ts';
import type { Refusal } from './refusal.ts';
import { overrideCategory } from './server/override-category.ts';
import { pauseServer } from './server/pause.ts';
import { readServer } from './server/read.ts';
import { rediscoverServer } from './server/rediscover.ts';
import { registerServer } from './server/register.ts';
import { removeServer } from './server/remove.ts';
import { removeHeader } from './server/remove-header.ts';
import { renameServer } from './server/rename.ts';
import { resumeServer } from './server/resume.ts';
import { reviewTool } from './server/review-tool.ts';
import { saveDiscovery } from './server/save-discovery.ts';
import { setHeader } from './server/set-header.ts';
import { setServerUrl } from './server/set-url.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

const DENY = '{"version":"1","default":"deny"}';
const ALLOW = '{"version":"1","default":"allow"}';

const TESTED = {
  call: {
    tool: { name: 'draw', category: 'Write', risk: 'Medium', annotations: {}, state: 'active' as const },
    args: '{}',
    grant: { label: 'ci', tags: ['ci'] },
    client: { name: null },
    paused: null,
  },
  expected: { effect: 'allow' as const, code: 'allowed' as const },
};

/** One of everything, each in the state from which the verb changes something. */
async function fixture() {
  const { id: organizationId, owner } = await t.organization();
  const operator: Actor = { kind: 'operator', organizationId, name: 'test' };
  const tools = [{ name: 'draw' }, { name: 'new', state: 'quarantined' as const }];
  const server = await serverRow(t.s.db, organizationId, { url: 'https://mcp.example.com/mcp', tools });
  const paused = await serverRow(t.s.db, organizationId, { url: 'https://mcp.example.com/mcp', pausedAt: new Date() });
  await setHeader(t.s, operator, { serverId: server.id, name: 'X-Key', value: 'a value' });
  const policy = await policyRow(t.s.db, organizationId, { document: DENY });
  await publishPolicy(t.s, operator, { policyId: policy.id, source: ALLOW });
  const unused = await policyRow(t.s.db, organizationId, { document: DENY });
  const shadowed = await policyRow(t.s.db, organizationId, { document: DENY });
  const shadowUntil = new Date(Date.now() + 3_600_000).toISOString();
  await publishPolicy(t.s, operator, { policyId: shadowed.id, source: ALLOW, shadowUntil });
  const kept = await addPolicyTest(t.s, operator, { policyId: shadowed.id, name: 'Kept', ...TESTED });
  const servers = [{ serverId: server.id, policyId: policy.id }];
  const grant = await grantRow(t.s.db, organizationId, { servers });
  const pausedGrant = await grantRow(t.s.db, organizationId, { servers, pausedAt: new Date() });
  const view = await saveView(t.s, operator, { name: 'Denied', query: 'decision:denied' });
  const viewId = view.ok ? view.value.id : '';
  const sink = async (name: string) => {
    const made = await createSink(t.s, operator, { name, kind: 'splunk', url: 'https://splunk.example/', secret: 'a value' });
    return made.ok ? made.value.id : '';
  };
  const [sinkId, pausedSinkId] = [await sink('one'), await sink('two')];
  await pauseSink(t.s, operator, { sinkId: pausedSinkId });
  const bound = { organizationId, grantId: grant.id, serverId: server.id, tool: 'draw', toolHash: 'h', argumentsText: '{"n":1}' };
  const rule = { rule: '/all_tools/approve_if/0', message: 'Ask.', timeoutMs: 60_000, requiredApprovals: 1, requesterExcluded: false };
  const asked = await askApproval(t.s, { ...bound, policyId: policy.id, policyVersion: 2, client: null, ...rule }, newId());
  const approvalId = asked.kind === 'pending' ? asked.approvalId : '';
  await setApprovalWebhook(t.s, operator, { url: 'https://hooks.example/before' });
  const [draw, quarantined] = (await readServer(t.s, operator, server.id))!.tools;
  const ids = { serverId: server.id, pausedServerId: paused.id, policyId: policy.id, unusedPolicyId: unused.id, grantId: grant.id };
  const life = { testId: kept.ok ? kept.value.id : '', shadowedPolicyId: shadowed.id };
  return {
    organizationId,
    owner,
    viewId,
    sinkId,
    pausedSinkId,
    approvalId,
    ...ids,
    ...life,
    pausedGrantId: pausedGrant.id,
    draw: draw!,
    quarantined: quarantined!,
  };
}
type Fixture = Awaited<ReturnType<typeof fixture>>;
type Outcome = { ok: true; value: object } | { ok: false; refusal: Refusal };

interface Verb {
  may: readonly Role[];
  /** The event that it leaves. */
  action: string;
  run(actor: Actor, f: Fixture): Promise<Outcome>;
  /** It names no row by id, so that there is no foreign one to try. */
  withoutIds?: true;
}

const ADMINS = ['owner', 'admin'] as const;
const MANAGERS = ['owner', 'admin', 'policy_manager'] as const;
const ROLES = ['owner', 'admin', 'policy_manager', 'viewer'] as const;

/** By file: a verb that is not here fails the test below. */
const VERBS: Record<string, Verb> = {
  'organization/rename.ts': {
    may: ADMINS,
    action: 'organization.rename',
    run: (a) => renameOrganization(t.s, a, { name: 'New' }),
    withoutIds: true,
  },
  'organization/pause.ts': { may: ADMINS, action: 'organization.pause', run: (a) => pauseOrganization(t.s, a), withoutIds: true },
  'organization/resume.ts': {
    may: ADMINS,
    action: 'organization.resume',
    run: (a, f) => pausedFirst(f).then(() => resumeOrganization(t.s, a)),
    withoutIds: true,
  },
  'audit/save-view.ts': {
    may: MANAGERS,
    action: 'audit.save_view',
    run: (a) => saveView(t.s, a, { name: 'Denied today', query: 'decision:denied since:24h' }),
    withoutIds: true,
  },
  'audit/remove-view.ts': { may: MANAGERS, action: 'audit.remove_view', run: (a, f) => removeView(t.s, a, { viewId: f.viewId }) },
  'approval/approve.ts': {
    may: MANAGERS,
    action: 'approval.approve',
    run: (a, f) => approveCall(t.s, a, { approvalId: f.approvalId, mode: 'once' }),
  },
  'approval/deny.ts': {
    may: MANAGERS,
    action: 'approval.deny',
    run: (a, f) => denyCall(t.s, a, { approvalId: f.approvalId, reason: 'Too expensive.' }),
  },
  'approval/set-webhook.ts': {
    may: ADMINS,
    action: 'approval.set_webhook',
    run: (a) => setApprovalWebhook(t.s, a, { url: 'https://hooks.example/approvals' }),
    withoutIds: true,
  },
  'approval/remove-webhook.ts': {
    may: ADMINS,
    action: 'approval.remove_webhook',
    run: (a) => removeApprovalWebhook(t.s, a),
    withoutIds: true,
  },
  'approval/set-mail.ts': {
    may: ADMINS,
    action: 'approval.set_mail',
    run: (a) => setApprovalMail(t.s, a, { enabled: false }),
    withoutIds: true,
  },
  'approval/test-mail.ts': {
    may: ADMINS,
    action: 'approval.test_mail',
    run: (a) => testApprovalMail(t.s, a, {}, { patienceMs: 0 }),
    withoutIds: true,
  },
  'audit/capture-setting.ts': {
    may: ADMINS,
    action: 'server.set_capture',
    run: (a, f) => setCapture(t.s, a, { serverId: f.serverId, capture: true }),
  },
  'audit/sink-create.ts': {
    may: ADMINS,
    action: 'sink.create',
    run: (a) => createSink(t.s, a, { name: 'New', kind: 'splunk', url: 'https://splunk.example/', secret: 'a value' }),
    withoutIds: true,
  },
  'audit/sink-change.ts': {
    may: ADMINS,
    action: 'sink.change',
    run: (a, f) => changeSink(t.s, a, { sinkId: f.sinkId, secret: 'a value more' }),
  },
  'audit/sink-pause.ts': { may: ADMINS, action: 'sink.pause', run: (a, f) => pauseSink(t.s, a, { sinkId: f.sinkId }) },
  'audit/sink-resume.ts': { may: ADMINS, action: 'sink.resume', run: (a, f) => resumeSink(t.s, a, { sinkId: f.pausedSinkId }) },
  'audit/sink-remove.ts': { may: ADMINS, action: 'sink.remove', run: (a, f) => removeSink(t.s, a, { sinkId: f.sinkId }) },
  'audit/sink-test.ts': {
    may: ADMINS,
    action: 'sink.test',
    run: (a, f) => testSink(t.s, a, { sinkId: f.sinkId }, { patienceMs: 0 }),
  },
  'server/register.ts': {
    may: ADMINS,
    action: 'server.register',
    run: (a) => registerServer(t.s, a, { name: 'New', url: 'https://new.example/mcp' }, [{ name: 'X-Key', value: 'a value' }]),
    withoutIds: true,
  },
  'server/rediscover.ts': {
    may: ADMINS,
    action: 'server.rediscover',
    run: (a, f) => rediscoverServer(t.s, a, { serverId: f.pausedServerId }),
  },
  'server/rename.ts': { may: ADMINS, action: 'server.rename', run: (a, f) => renameServer(t.s, a, { serverId: f.serverId, name: 'New' }) },
  'server/pause.ts': { may: ADMINS, action: 'server.pause', run: (a, f) => pauseServer(t.s, a, { serverId: f.serverId }) },
  'server/resume.ts': { may: ADMINS, action: 'server.resume', run: (a, f) => resumeServer(t.s, a, { serverId: f.pausedServerId }) },
  'server/remove.ts': { may: ADMINS, action: 'server.remove', run: (a, f) => removeServer(t.s, a, { serverId: f.serverId }) },
  'server/set-url.ts': {
    may: ADMINS,
    action: 'server.set_url',
    run: (a, f) => setServerUrl(t.s, a, { serverId: f.serverId, url: 'https://other.example/' }),
  },
  'server/set-header.ts': {
    may: ADMINS,
    action: 'server.set_header',
    run: (a, f) => setHeader(t.s, a, { serverId: f.serverId, name: 'X-Key', value: 'new' }),
  },
  'server/remove-header.ts': {
    may: ADMINS,
    action: 'server.remove_header',
    run: (a, f) => removeHeader(t.s, a, { serverId: f.serverId, name: 'x-key' }),
  },
  'server/review-tool.ts': {
    may: MANAGERS,
    action: 'tool.accept',
    run: (a, f) => reviewTool(t.s, a, { toolId: f.quarantined.id, decision: 'accept', hash: f.quarantined.hash }),
  },
  'server/override-category.ts': {
    may: MANAGERS,
    action: 'tool.override_category',
    run: (a, f) => overrideCategory(t.s, a, { toolId: f.draw.id, category: 'Read' }),
  },
  'policy/create.ts': {
    may: MANAGERS,
    action: 'policy.create',
    run: (a) => createPolicy(t.s, a, { name: 'New', source: DENY }),
    withoutIds: true,
  },
  'policy/publish.ts': {
    may: MANAGERS,
    action: 'policy.publish',
    run: (a, f) => publishPolicy(t.s, a, { policyId: f.policyId, source: DENY }),
  },
  'policy/restore.ts': {
    may: MANAGERS,
    action: 'policy.restore',
    run: (a, f) => restorePolicy(t.s, a, { policyId: f.policyId, number: 1 }),
  },
  'policy/rename.ts': {
    may: MANAGERS,
    action: 'policy.rename',
    run: (a, f) => renamePolicy(t.s, a, { policyId: f.policyId, name: 'New' }),
  },
  'policy/remove.ts': { may: MANAGERS, action: 'policy.remove', run: (a, f) => removePolicy(t.s, a, { policyId: f.unusedPolicyId }) },
  'policy/add-test.ts': {
    may: MANAGERS,
    action: 'policy.add_test',
    run: (a, f) => addPolicyTest(t.s, a, { policyId: f.policyId, name: 'Draws', ...TESTED }),
  },
  'policy/remove-test.ts': {
    may: MANAGERS,
    action: 'policy.remove_test',
    run: (a, f) => removePolicyTest(t.s, a, { policyId: f.shadowedPolicyId, testId: f.testId }),
  },
  'policy/end-shadow.ts': {
    may: MANAGERS,
    action: 'policy.end_shadow',
    run: (a, f) => endShadow(t.s, a, { policyId: f.shadowedPolicyId }),
  },
  'policy/discard-shadow.ts': {
    may: MANAGERS,
    action: 'policy.discard_shadow',
    run: (a, f) => discardShadow(t.s, a, { policyId: f.shadowedPolicyId }),
  },
  'grant/create.ts': {
    may: ADMINS,
    action: 'grant.create',
    run: (a, f) => createGrant(t.s, a, { label: 'new', servers: [f].map(({ serverId, policyId }) => ({ serverId, policyId })) }),
  },
  'grant/revoke.ts': { may: ADMINS, action: 'grant.revoke', run: (a, f) => revokeGrant(t.s, a, { grantId: f.grantId }) },
  'grant/pause.ts': { may: MANAGERS, action: 'grant.pause', run: (a, f) => pauseGrant(t.s, a, { grantId: f.grantId }) },
  'grant/resume.ts': { may: MANAGERS, action: 'grant.resume', run: (a, f) => resumeGrant(t.s, a, { grantId: f.pausedGrantId }) },
  'grant/rotate.ts': { may: ADMINS, action: 'grant.rotate', run: (a, f) => rotateGrant(t.s, a, { grantId: f.grantId }) },
  'grant/set-servers.ts': {
    may: ADMINS,
    action: 'grant.set_servers',
    run: (a, f) => setGrantServers(t.s, a, { grantId: f.grantId, servers: [{ serverId: f.serverId, policyId: f.unusedPolicyId }] }),
  },
};
/** They go through `change` too, but only the operator (worker, command line) runs them. */
const OPERATOR_ONLY = ['server/save-discovery.ts', 'organization/ensure-owner.ts', 'policy/publish-scheduled.ts'];

test('every verb that changes something is in the table', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file.includes('/'))
    .filter((file) => /\bchange(?:<[^(]*>)?\(/.test(readFileSync(path.join(import.meta.dirname, file), 'utf8')));
  expect(files.sort()).toEqual([...Object.keys(VERBS), ...OPERATOR_ONLY].sort());
});

describe.each(Object.entries(VERBS))('%s', (_, verb) => {
  test.each(ROLES)('is allowed or refused to a %s as the table of permissions says', async (role) => {
    const f = await fixture();
    const actor = await t.member(f.organizationId, role);
    const before = await stateOf(f.organizationId);
    const result = await verb.run(actor, f);
    const allowed = verb.may.includes(role);
    expect(result.ok ? 'ok' : result.refusal.code).toBe(allowed ? 'ok' : 'forbidden');
    if (!allowed && !verb.action.endsWith('.resume')) expect(await stateOf(f.organizationId)).toEqual(before);
  });

  test('bumps the epoch, publishes it, and leaves one event that says who did what, without secrets', async () => {
    const f = await fixture();
    if (verb.action === 'organization.resume') await pausedFirst(f);
    const before = await stateOf(f.organizationId);
    const result = await verb.run(f.owner, f);
    expect(result).toMatchObject({ ok: true, value: { inForce: true } });
    const after = await stateOf(f.organizationId);
    expect(after).toMatchObject({ epoch: before.epoch + 1, publishedEpoch: before.epoch + 1, records: before.records + 1 });
    const { owner } = f;
    expect(after.last).toMatchObject({
      type: 'event',
      facts: { kind: 'change', actor: owner.name, action: verb.action, detail: { actorId: owner.kind === 'member' && owner.userId } },
    });
    // What was, what is, or both: only tests change nothing.
    if (!/\.test(?:_mail)?$/.test(verb.action))
      expect(Object.keys(after.last?.facts.detail ?? {})).toEqual(
        expect.arrayContaining(['target', expect.stringMatching(/^(before|after)$/)]),
      );
    expect(JSON.stringify(after.last)).not.toMatch(/a value|whsec_|tg_[0-9A-Za-z]{10}/);
  });

  test('refuses somebody who was removed, lost the role, or belongs elsewhere', async () => {
    const f = await fixture();
    const stranger = await t.member((await t.organization()).id, 'owner');
    const demoted = { ...(await t.member(f.organizationId, 'viewer')), role: 'owner' as const };
    for (const actor of [demoted, { ...stranger, organizationId: f.organizationId }]) {
      expect(await verb.run(actor, f)).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
    }
  });
});

const WITH_IDS = Object.entries(VERBS).filter(([, verb]) => !verb.withoutIds);

test.each(WITH_IDS)('%s does not find the rows of another organization', async (_, verb) => {
  const [f, other] = [await fixture(), await t.organization()];
  const before = [await stateOf(f.organizationId), await stateOf(other.id)];
  expect(await verb.run(other.owner, f)).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  expect([await stateOf(f.organizationId), await stateOf(other.id)]).toEqual(before);
});

test('the operator’s verbs: a member cannot make owners, and a discovery finds no foreign server', async () => {
  const [f, other] = [await fixture(), await t.organization()];
  const owner = { email: 'made@example.com', name: 'Made', password: 'correct horse battery' };
  expect(await publishScheduled(t.s, { organizationId: other.id, policyId: f.shadowedPolicyId })).toMatchObject({
    refusal: { code: 'not_found' },
  });
  expect(await ensureOwner(t.s, f.owner, owner)).toMatchObject({ refusal: { code: 'forbidden' } });
  const failure = { code: 'x', message: 'x', fix: 'x' };
  expect(await saveDiscovery(t.s, { organizationId: other.id, serverId: f.serverId, failure })).toMatchObject({
    refusal: { code: 'not_found' },
  });
});

test('an export needs an owner or admin', async () => {
  const { id } = await t.organization();
  for (const role of ROLES) {
    const result = await exportEvents(t.s, await t.member(id, role), '', { patienceMs: 0 });
    expect(result.ok, role).toBe(role === 'owner' || role === 'admin');
  }
});

test('reads show nothing of another organization', async () => {
  const [f, { owner }] = [await fixture(), await t.organization()];
  expect(await readServer(t.s, owner, f.serverId)).toBeNull();
  expect(await readPolicy(t.s, owner, f.policyId)).toBeNull();
  expect(await listVersions(t.s, owner, { policyId: f.policyId })).toEqual([]);
  expect(await readVersion(t.s, owner, { policyId: f.policyId, number: 1 })).toBeNull();
  expect(await listPolicyTests(t.s, owner, f.shadowedPolicyId)).toEqual([]);
  expect(await readPolicyActivity(t.s, owner, { policyId: f.policyId, days: 30 })).toBeNull();
  expect((await recordedCalls(t.s, owner, { policyId: f.policyId, most: 100 }).next()).done).toBe(true);
  expect(await readGrant(t.s, owner, f.grantId)).toBeNull();
  const counting = { ...t.s, counters: createCounterReader({ kind: 'embedded', pool: t.s.db.pool }) };
  expect(await readPolicyUse(counting, owner, { policyId: f.policyId })).toBeNull();
  expect(await readGrantUse(counting, owner, { grantId: f.grantId })).toBeNull();
  expect(await readEvent(t.s, owner, 1)).toBeNull();
  expect(await readApproval(t.s, owner, f.approvalId)).toBeNull();
});

test('ids that are none, and unknown keys, are refused as such', async () => {
  const f = await fixture();
  expect(await pauseServer(t.s, f.owner, { serverId: "' OR 1=1 --" })).toMatchObject({
    refusal: { code: 'invalid', fields: { serverId: expect.any(String) } },
  });
  expect(await pauseServer(t.s, f.owner, { serverId: f.serverId, organizationId: 'x' } as never)).toMatchObject({
    refusal: { code: 'invalid' },
  });
  expect(await pauseServer(t.s, f.owner, { serverId: newId() })).toMatchObject({ refusal: { code: 'not_found' } });
});

test('a change that the ledger cannot be told is saved, and says that it is not in force', async () => {
  const f = await fixture();
  const before = await stateOf(f.organizationId);
  const deaf = { ...t.s, epochs: { publishEpoch: () => Promise.reject(new Error('ledger down')) } };
  expect(await pauseServer(deaf, f.owner, { serverId: f.serverId })).toMatchObject({ ok: true, value: { inForce: false } });
  expect(await stateOf(f.organizationId)).toMatchObject({ epoch: before.epoch + 1, publishedEpoch: before.epoch });
  // Saying it again changes nothing, and does not claim more.
  expect(await pauseServer(deaf, f.owner, { serverId: f.serverId })).toMatchObject({ ok: true, value: { inForce: false } });
  expect(await stateOf(f.organizationId)).toMatchObject({ epoch: before.epoch + 1, records: before.records + 1 });
});

test('changes that are made at once all count: no epoch is lost', async () => {
  const f = await fixture();
  const before = await stateOf(f.organizationId);
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, i) => renameServer(t.s, f.owner, { serverId: f.serverId, name: `Name ${i}` })),
  );
  expect(results.every((result) => result.ok)).toBe(true);
  expect(await stateOf(f.organizationId)).toMatchObject({
    epoch: before.epoch + 8,
    publishedEpoch: before.epoch + 8,
    records: before.records + 8,
  });
});

async function pausedFirst({ organizationId }: Fixture): Promise<void> {
  await t.s.db.forOrganization(organizationId, (tx) =>
    tx.organization.update({ where: { id: organizationId }, data: { pausedAt: new Date() } }),
  );
}

function stateOf(id: string) {
  return t.s.db.forOrganization(id, async (tx) => {
    const { epoch, publishedEpoch } = await tx.organization.findUniqueOrThrow({ where: { id } });
    const records = await tx.auditRecord.findMany({ orderBy: { id: 'desc' } });
    return { epoch, publishedEpoch, records: records.length, last: records[0]?.record as { facts: { detail: object } } | undefined };
  });
}
