/** A policy with one limit, the call that finds it full, and two that differ: what the tests of a policy's life begin with. */
import { createPolicy } from '@toolgate/testing/factories';
import type { TestServices } from '@toolgate/testing/services';

export const CAPPED = '{"version":"1","default":"deny","tools":{"draw":{"limits":[{"counter":"c","window":"minute","max":30}]}}}';
export const OPEN = '{"version":"1","default":"allow"}';
export const DENY = '{"version":"1","default":"deny"}';

/** The limit of CAPPED is full. */
export const call = {
  tool: { name: 'draw', category: 'Write', risk: 'Medium', annotations: {}, state: 'active' as const },
  args: '{"secret":"canary-value"}',
  grant: { label: 'ci', tags: ['ci'] },
  client: { name: null },
  paused: null,
  used: [{ key: 'grant:c', units: 30 }],
};
/** What CAPPED makes of the call. */
export const LIMITED = { effect: 'limit', code: 'limit_reached', rule: '/tools/draw/limits/0' } as const;

/** In an organization of its own. */
export async function newPolicy(t: TestServices, source = CAPPED) {
  const { id: organizationId, owner } = await t.organization();
  const { id: policyId, slug } = await createPolicy(t.s.db, organizationId, { document: source });
  return { organizationId, owner, policyId, slug };
}

/** The newest record of the organization's audit log. */
export const lastEvent = (t: TestServices, organizationId: string) =>
  t.s.db.forOrganization(organizationId, (tx) => tx.auditRecord.findFirstOrThrow({ where: { organizationId }, orderBy: { id: 'desc' } }));
