import { createGrant as grantRow, createPolicy as policyRow, createServer as serverRow } from '@toolgate/testing/factories';
import type { TestServices } from '@toolgate/testing/services';
import { askApproval } from '../approval/ask.ts';
import { setApprovalWebhook } from '../approval/set-webhook.ts';
import { saveView } from '../audit/save-view.ts';
import { createSink } from '../audit/sink-create.ts';
import { pauseSink } from '../audit/sink-pause.ts';
import type { Actor } from '../context.ts';
import { newId } from '../id.ts';
import { addPolicyTest } from '../policy/add-test.ts';
import { publishPolicy } from '../policy/publish.ts';
import { readServer } from '../server/read.ts';
import { setHeader } from '../server/set-header.ts';

export const DENY = '{"version":"1","default":"deny"}';
const ALLOW = '{"version":"1","default":"allow"}';

export const TESTED = {
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
export async function oneOfEverything(t: TestServices) {
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
  const rule = { rule: '/all_tools/approve_if/0', message: 'Ask.', timeoutMs: 3_600_000, requiredApprovals: 1, requesterExcluded: false };
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
export type Everything = Awaited<ReturnType<typeof oneOfEverything>>;
