import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Name } from '../fields.ts';
import { findPolicy, noPolicy, PolicyId, policyTarget } from './find.ts';

const Rename = PolicyId.extend({ name: Name });

/** Gives a policy another name; its slug stays. */
export function renamePolicy(s: Services, actor: Actor, input: z.input<typeof Rename>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'policy.manage', schema: Rename, input }, async (tx, { policyId, name }) => {
    const { organizationId } = actor;
    const policy = await findPolicy(tx, organizationId, policyId);
    if (!policy) return noPolicy();
    if (policy.name === name) return unchanged({});
    await tx.policy.update({ where: { organizationId_id: { organizationId, id: policyId } }, data: { name } });
    return changed({}, { action: 'policy.rename', target: policyTarget(policy), before: { name: policy.name }, after: { name } });
  });
}
