import type { Prisma } from '@toolgate/db/client';
import { PolicyTestCall, PolicyTestExpectation } from '@toolgate/policy/policy-test';
import type { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Name } from '../fields.ts';
import { newId } from '../id.ts';
import { refuse } from '../refusal.ts';
import { findPolicy, noPolicy, PolicyId, policyTarget } from './find.ts';

/** Of one policy at most: they all run at every publish. */
const MOST_TESTS = 200;

const AddTest = PolicyId.extend({ name: Name, call: PolicyTestCall, expected: PolicyTestExpectation });

/** Keeps a call with a policy, and what must become of it whenever the policy is published. Its arguments are not in the audit event. */
export function addPolicyTest(s: Services, actor: Actor, input: z.input<typeof AddTest>): Promise<ChangeResult<{ id: string }>> {
  return change(s, actor, { permission: 'policy.manage', schema: AddTest, input }, async (tx, { policyId, name, call, expected }) => {
    const { organizationId } = actor;
    const policy = await findPolicy(tx, organizationId, policyId);
    if (!policy) return noPolicy();
    const rows = await tx.policyTest.findMany({ where: { organizationId, policyId }, select: { name: true } });
    if (rows.length >= MOST_TESTS) return refuse('conflict', `A policy has at most ${MOST_TESTS} tests.`);
    if (rows.some((row) => row.name === name)) {
      const problem = 'Another test of this policy has this name.';
      return refuse('conflict', problem, { name: problem });
    }
    const id = newId();
    const content = { call: call as Prisma.InputJsonObject, expected };
    await tx.policyTest.create({ data: { organizationId, id, policyId, name, ...content, createdBy: actor.name, createdAt: s.now() } });
    const after = { test: name, tool: call.tool.name, grant: call.grant.label, expected };
    return changed({ id }, { action: 'policy.add_test', target: policyTarget(policy), after });
  });
}
