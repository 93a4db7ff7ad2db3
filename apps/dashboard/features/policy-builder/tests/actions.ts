'use server';
import type { PolicyTestCall, PolicyTestExpectation } from '@toolgate/policy/policy-test';
import { addPolicyTest } from '@toolgate/services/policy/add-test';
import { removePolicyTest } from '@toolgate/services/policy/remove-test';
import { asMember } from '@/server/as-member';

export const addPolicyTestAction = async (
  org: string,
  input: { policyId: string; name: string; call: PolicyTestCall; expected: PolicyTestExpectation },
) => asMember(org, (s, actor) => addPolicyTest(s, actor, input));

export const removePolicyTestAction = async (org: string, input: { policyId: string; testId: string }) =>
  asMember(org, (s, actor) => removePolicyTest(s, actor, input));
