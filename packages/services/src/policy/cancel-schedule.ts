import type { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { findPolicy, noPolicy, PolicyId, policyTarget } from './find.ts';

/** A shadow period does not end by itself any more: the version in shadow stays until somebody publishes another. */
export function cancelSchedule(s: Services, actor: Actor, input: z.input<typeof PolicyId>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'policy.manage', schema: PolicyId, input }, async (tx, { policyId }) => {
    const { organizationId } = actor;
    const policy = await findPolicy(tx, organizationId, policyId);
    if (!policy) return noPolicy();
    const schedule = await tx.policySchedule.findUnique({ where: { organizationId_policyId: { organizationId, policyId } } });
    if (!schedule) return refuse('not_found', 'Nothing is scheduled for this policy.');
    await tx.policySchedule.deleteMany({ where: { organizationId, policyId } });
    const before = { shadowVersion: schedule.shadowVersion, at: schedule.at, by: schedule.createdBy };
    return changed({}, { action: 'policy.cancel_schedule', target: policyTarget(policy), before });
  });
}
