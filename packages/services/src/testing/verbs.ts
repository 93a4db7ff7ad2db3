/** Every verb that changes something, and how a test runs it. */

import type { Role } from '@toolgate/db/client';
import { approveCall } from '../approval/approve.ts';
import { denyCall } from '../approval/deny.ts';
import { removeApprovalWebhook } from '../approval/remove-webhook.ts';
import { setApprovalMail } from '../approval/set-mail.ts';
import { setApprovalWebhook } from '../approval/set-webhook.ts';
import { testApprovalMail } from '../approval/test-mail.ts';
import { setCapture } from '../audit/capture-setting.ts';
import { removeView } from '../audit/remove-view.ts';
import { saveView } from '../audit/save-view.ts';
import { changeSink } from '../audit/sink-change.ts';
import { createSink } from '../audit/sink-create.ts';
import { pauseSink } from '../audit/sink-pause.ts';
import { removeSink } from '../audit/sink-remove.ts';
import { resumeSink } from '../audit/sink-resume.ts';
import { testSink } from '../audit/sink-test.ts';
import type { Actor, Services } from '../context.ts';
import { createGrant } from '../grant/create.ts';
import { pauseGrant } from '../grant/pause.ts';
import { resumeGrant } from '../grant/resume.ts';
import { revokeGrant } from '../grant/revoke.ts';
import { rotateGrant } from '../grant/rotate.ts';
import { setGrantServers } from '../grant/set-servers.ts';
import { pauseOrganization } from '../organization/pause.ts';
import { renameOrganization } from '../organization/rename.ts';
import { resumeOrganization } from '../organization/resume.ts';
import { addPolicyTest } from '../policy/add-test.ts';
import { createPolicy } from '../policy/create.ts';
import { discardShadow } from '../policy/discard-shadow.ts';
import { endShadow } from '../policy/end-shadow.ts';
import { publishPolicy } from '../policy/publish.ts';
import { removePolicy } from '../policy/remove.ts';
import { removePolicyTest } from '../policy/remove-test.ts';
import { renamePolicy } from '../policy/rename.ts';
import { restorePolicy } from '../policy/restore.ts';
import type { Refusal } from '../refusal.ts';
import { overrideCategory } from '../server/override-category.ts';
import { pauseServer } from '../server/pause.ts';
import { rediscoverServer } from '../server/rediscover.ts';
import { registerServer } from '../server/register.ts';
import { removeServer } from '../server/remove.ts';
import { removeHeader } from '../server/remove-header.ts';
import { renameServer } from '../server/rename.ts';
import { resumeServer } from '../server/resume.ts';
import { reviewTool } from '../server/review-tool.ts';
import { setHeader } from '../server/set-header.ts';
import { setServerUrl } from '../server/set-url.ts';
import { DENY, type Everything, TESTED } from './one-of-everything.ts';

type Outcome = { ok: true; value: object } | { ok: false; refusal: Refusal };

export interface Verb {
  may: readonly Role[];
  /** The event that it leaves. */
  action: string;
  run(s: Services, actor: Actor, f: Everything): Promise<Outcome>;
  /** It names no row by id, so that there is no foreign one to try. */
  withoutIds?: true;
}

const ADMINS = ['owner', 'admin'] as const;
const MANAGERS = ['owner', 'admin', 'policy_manager'] as const;
export const ROLES = ['owner', 'admin', 'policy_manager', 'viewer'] as const;

/** By file: a verb that is not here fails `verb-permissions.test.ts`. */
export const VERBS: Record<string, Verb> = {
  'organization/rename.ts': {
    may: ADMINS,
    action: 'organization.rename',
    run: (s, a) => renameOrganization(s, a, { name: 'New' }),
    withoutIds: true,
  },
  'organization/pause.ts': { may: ADMINS, action: 'organization.pause', run: (s, a) => pauseOrganization(s, a), withoutIds: true },
  'organization/resume.ts': {
    may: ADMINS,
    action: 'organization.resume',
    run: (s, a, f) => pausedFirst(s, f).then(() => resumeOrganization(s, a)),
    withoutIds: true,
  },
  'audit/save-view.ts': {
    may: MANAGERS,
    action: 'audit.save_view',
    run: (s, a) => saveView(s, a, { name: 'Denied today', query: 'decision:denied since:24h' }),
    withoutIds: true,
  },
  'audit/remove-view.ts': { may: MANAGERS, action: 'audit.remove_view', run: (s, a, f) => removeView(s, a, { viewId: f.viewId }) },
  'approval/approve.ts': {
    may: MANAGERS,
    action: 'approval.approve',
    run: (s, a, f) => approveCall(s, a, { approvalId: f.approvalId, mode: 'once' }),
  },
  'approval/deny.ts': {
    may: MANAGERS,
    action: 'approval.deny',
    run: (s, a, f) => denyCall(s, a, { approvalId: f.approvalId, reason: 'Too expensive.' }),
  },
  'approval/set-webhook.ts': {
    may: ADMINS,
    action: 'approval.set_webhook',
    run: (s, a) => setApprovalWebhook(s, a, { url: 'https://hooks.example/approvals' }),
    withoutIds: true,
  },
  'approval/remove-webhook.ts': {
    may: ADMINS,
    action: 'approval.remove_webhook',
    run: (s, a) => removeApprovalWebhook(s, a),
    withoutIds: true,
  },
  'approval/set-mail.ts': {
    may: ADMINS,
    action: 'approval.set_mail',
    run: (s, a) => setApprovalMail(s, a, { enabled: false }),
    withoutIds: true,
  },
  'approval/test-mail.ts': {
    may: ADMINS,
    action: 'approval.test_mail',
    run: (s, a) => testApprovalMail(s, a, {}, { patienceMs: 0 }),
    withoutIds: true,
  },
  'audit/capture-setting.ts': {
    may: ADMINS,
    action: 'server.set_capture',
    run: (s, a, f) => setCapture(s, a, { serverId: f.serverId, capture: true }),
  },
  'audit/sink-create.ts': {
    may: ADMINS,
    action: 'sink.create',
    run: (s, a) => createSink(s, a, { name: 'New', kind: 'splunk', url: 'https://splunk.example/', secret: 'a value' }),
    withoutIds: true,
  },
  'audit/sink-change.ts': {
    may: ADMINS,
    action: 'sink.change',
    run: (s, a, f) => changeSink(s, a, { sinkId: f.sinkId, secret: 'a value more' }),
  },
  'audit/sink-pause.ts': { may: ADMINS, action: 'sink.pause', run: (s, a, f) => pauseSink(s, a, { sinkId: f.sinkId }) },
  'audit/sink-resume.ts': { may: ADMINS, action: 'sink.resume', run: (s, a, f) => resumeSink(s, a, { sinkId: f.pausedSinkId }) },
  'audit/sink-remove.ts': { may: ADMINS, action: 'sink.remove', run: (s, a, f) => removeSink(s, a, { sinkId: f.sinkId }) },
  'audit/sink-test.ts': {
    may: ADMINS,
    action: 'sink.test',
    run: (s, a, f) => testSink(s, a, { sinkId: f.sinkId }, { patienceMs: 0 }),
  },
  'server/register.ts': {
    may: ADMINS,
    action: 'server.register',
    run: (s, a) => registerServer(s, a, { name: 'New', url: 'https://new.example/mcp' }, [{ name: 'X-Key', value: 'a value' }]),
    withoutIds: true,
  },
  'server/rediscover.ts': {
    may: ADMINS,
    action: 'server.rediscover',
    run: (s, a, f) => rediscoverServer(s, a, { serverId: f.pausedServerId }),
  },
  'server/rename.ts': { may: ADMINS, action: 'server.rename', run: (s, a, f) => renameServer(s, a, { serverId: f.serverId, name: 'New' }) },
  'server/pause.ts': { may: ADMINS, action: 'server.pause', run: (s, a, f) => pauseServer(s, a, { serverId: f.serverId }) },
  'server/resume.ts': { may: ADMINS, action: 'server.resume', run: (s, a, f) => resumeServer(s, a, { serverId: f.pausedServerId }) },
  'server/remove.ts': { may: ADMINS, action: 'server.remove', run: (s, a, f) => removeServer(s, a, { serverId: f.serverId }) },
  'server/set-url.ts': {
    may: ADMINS,
    action: 'server.set_url',
    run: (s, a, f) => setServerUrl(s, a, { serverId: f.serverId, url: 'https://other.example/' }),
  },
  'server/set-header.ts': {
    may: ADMINS,
    action: 'server.set_header',
    run: (s, a, f) => setHeader(s, a, { serverId: f.serverId, name: 'X-Key', value: 'new' }),
  },
  'server/remove-header.ts': {
    may: ADMINS,
    action: 'server.remove_header',
    run: (s, a, f) => removeHeader(s, a, { serverId: f.serverId, name: 'x-key' }),
  },
  'server/review-tool.ts': {
    may: MANAGERS,
    action: 'tool.accept',
    run: (s, a, f) => reviewTool(s, a, { toolId: f.quarantined.id, decision: 'accept', hash: f.quarantined.hash }),
  },
  'server/override-category.ts': {
    may: MANAGERS,
    action: 'tool.override_category',
    run: (s, a, f) => overrideCategory(s, a, { toolId: f.draw.id, category: 'Read' }),
  },
  'policy/create.ts': {
    may: MANAGERS,
    action: 'policy.create',
    run: (s, a) => createPolicy(s, a, { name: 'New', source: DENY }),
    withoutIds: true,
  },
  'policy/publish.ts': {
    may: MANAGERS,
    action: 'policy.publish',
    run: (s, a, f) => publishPolicy(s, a, { policyId: f.policyId, source: DENY }),
  },
  'policy/restore.ts': {
    may: MANAGERS,
    action: 'policy.restore',
    run: (s, a, f) => restorePolicy(s, a, { policyId: f.policyId, number: 1 }),
  },
  'policy/rename.ts': {
    may: MANAGERS,
    action: 'policy.rename',
    run: (s, a, f) => renamePolicy(s, a, { policyId: f.policyId, name: 'New' }),
  },
  'policy/remove.ts': { may: MANAGERS, action: 'policy.remove', run: (s, a, f) => removePolicy(s, a, { policyId: f.unusedPolicyId }) },
  'policy/add-test.ts': {
    may: MANAGERS,
    action: 'policy.add_test',
    run: (s, a, f) => addPolicyTest(s, a, { policyId: f.policyId, name: 'Draws', ...TESTED }),
  },
  'policy/remove-test.ts': {
    may: MANAGERS,
    action: 'policy.remove_test',
    run: (s, a, f) => removePolicyTest(s, a, { policyId: f.shadowedPolicyId, testId: f.testId }),
  },
  'policy/end-shadow.ts': {
    may: MANAGERS,
    action: 'policy.end_shadow',
    run: (s, a, f) => endShadow(s, a, { policyId: f.shadowedPolicyId }),
  },
  'policy/discard-shadow.ts': {
    may: MANAGERS,
    action: 'policy.discard_shadow',
    run: (s, a, f) => discardShadow(s, a, { policyId: f.shadowedPolicyId }),
  },
  'grant/create.ts': {
    may: ADMINS,
    action: 'grant.create',
    run: (s, a, f) => createGrant(s, a, { label: 'new', servers: [f].map(({ serverId, policyId }) => ({ serverId, policyId })) }),
  },
  'grant/revoke.ts': { may: ADMINS, action: 'grant.revoke', run: (s, a, f) => revokeGrant(s, a, { grantId: f.grantId }) },
  'grant/pause.ts': { may: MANAGERS, action: 'grant.pause', run: (s, a, f) => pauseGrant(s, a, { grantId: f.grantId }) },
  'grant/resume.ts': { may: MANAGERS, action: 'grant.resume', run: (s, a, f) => resumeGrant(s, a, { grantId: f.pausedGrantId }) },
  'grant/rotate.ts': { may: ADMINS, action: 'grant.rotate', run: (s, a, f) => rotateGrant(s, a, { grantId: f.grantId }) },
  'grant/set-servers.ts': {
    may: ADMINS,
    action: 'grant.set_servers',
    run: (s, a, f) => setGrantServers(s, a, { grantId: f.grantId, servers: [{ serverId: f.serverId, policyId: f.unusedPolicyId }] }),
  },
};

export async function pausedFirst(s: Services, { organizationId }: Everything): Promise<void> {
  await s.db.forOrganization(organizationId, (tx) =>
    tx.organization.update({ where: { id: organizationId }, data: { pausedAt: new Date() } }),
  );
}
