import type { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { findPolicy, findVersion, noPolicy, PolicyId, policyTarget } from './find.ts';

/** Removes a policy that governs no grant; one that still does is refused. Its last document is kept in the audit event. */
export function removePolicy(s: Services, actor: Actor, input: z.input<typeof PolicyId>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'policy.manage', schema: PolicyId, input }, async (tx, { policyId }) => {
    const { organizationId } = actor;
    const policy = await findPolicy(tx, organizationId, policyId);
    if (!policy) return noPolicy();
    const [used] = await tx.grantServer.findMany({
      where: { organizationId, policyId, grant: { revokedAt: null } },
      include: { grant: { select: { label: true } } },
      take: 1,
    });
    if (used) return refuse('conflict', `The grant "${used.grant.label}" is governed by this policy. Give it another one first.`);
    const current = await findVersion(tx, organizationId, policyId, policy.currentVersion);
    // Of revoked grants: they reach nothing any more.
    await tx.grantServer.deleteMany({ where: { organizationId, policyId } });
    await tx.policy.delete({ where: { organizationId_id: { organizationId, id: policyId } } });
    const before = { name: policy.name, version: policy.currentVersion, source: current?.source };
    return changed({}, { action: 'policy.remove', target: policyTarget(policy), before });
  });
}
