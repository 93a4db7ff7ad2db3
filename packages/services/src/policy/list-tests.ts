import { PolicyTestCall, PolicyTestExpectation } from '@toolgate/policy/policy-test';
import type { Actor, Services } from '../context.ts';

export interface PolicyTestRead {
  id: string;
  name: string;
  call: PolicyTestCall;
  expected: PolicyTestExpectation;
  createdBy: string;
  createdAt: Date;
}

/** The tests of a policy, by name. */
export function listPolicyTests(s: Pick<Services, 'db'>, actor: Actor, policyId: string): Promise<PolicyTestRead[]> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const rows = await tx.policyTest.findMany({ where: { organizationId, policyId }, orderBy: { name: 'asc' } });
    return rows.map(({ id, name, call, expected, createdBy, createdAt }) => ({
      id,
      name,
      call: PolicyTestCall.parse(call),
      expected: PolicyTestExpectation.parse(expected),
      createdBy,
      createdAt,
    }));
  });
}
