import type { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Id } from '../fields.ts';
import { refuse } from '../refusal.ts';
import { findPolicy, noPolicy, PolicyId, policyTarget } from './find.ts';

const RemoveTest = PolicyId.extend({ testId: Id });

/** Takes a test away from its policy: it blocks nothing any more. */
export function removePolicyTest(s: Services, actor: Actor, input: z.input<typeof RemoveTest>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'policy.manage', schema: RemoveTest, input }, async (tx, { policyId, testId }) => {
    const { organizationId } = actor;
    const policy = await findPolicy(tx, organizationId, policyId);
    if (!policy) return noPolicy();
    const test = await tx.policyTest.findFirst({ where: { organizationId, policyId, id: testId } });
    if (!test) return refuse('not_found', 'This policy has no such test.');
    await tx.policyTest.deleteMany({ where: { organizationId, policyId, id: testId } });
    const before = { test: test.name, expected: test.expected };
    return changed({}, { action: 'policy.remove_test', target: policyTarget(policy), before });
  });
}
