'use server';
import { readCapture } from '@toolgate/services/audit/read-capture';
import { createPolicy } from '@toolgate/services/policy/create';
import { readInForce } from '@toolgate/services/policy/in-force';
import { publishPolicy } from '@toolgate/services/policy/publish';
import { readPolicy } from '@toolgate/services/policy/read';
import { removePolicy } from '@toolgate/services/policy/remove';
import { renamePolicy } from '@toolgate/services/policy/rename';
import { restorePolicy } from '@toolgate/services/policy/restore';
import { asMember } from '@/server/as-member';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';

export const createPolicyAction = async (org: string, input: { name: string; source: string }) =>
  asMember(org, (s, actor) => createPolicy(s, actor, input));

/** With how many gateways it is in force on, when it is. */
export const publishPolicyAction = async (
  org: string,
  input: {
    policyId: string;
    source: string;
    expectedVersion: number;
    expectedShadow: number | null;
    message: string;
    shadowUntil?: string;
    overrideTests?: { reason: string };
  },
) =>
  asMember(org, async (s, actor) => {
    const result = await publishPolicy(s, actor, input);
    if (!result.ok) return result;
    const { gateways } = await readInForce(s, actor);
    return { ok: true, value: { ...result.value, gateways } };
  });

export const restorePolicyAction = async (org: string, input: { policyId: string; number: number; expectedVersion: number }) =>
  asMember(org, (s, actor) => restorePolicy(s, actor, input));

export const renamePolicyAction = async (org: string, input: { policyId: string; name: string }) =>
  asMember(org, (s, actor) => renamePolicy(s, actor, input));

export const removePolicyAction = async (org: string, policyId: string) =>
  asMember(org, (s, actor) => removePolicy(s, actor, { policyId }));

/** The version in force now, after somebody else published while this one was edited. */
export async function currentVersionAction(org: string, policyId: string): Promise<{ version: number; source: string; by: string } | null> {
  const { actor } = await requireMember(org);
  const policy = await readPolicy(services(), actor, String(policyId));
  return policy && { version: policy.currentVersion, source: policy.source, by: policy.publishedBy };
}

/** The values of a recorded call's arguments. That they were read is in the log. */
export async function readRecordedValuesAction(org: string, input: { seq: number }) {
  const { actor } = await requireMember(org);
  return readCapture(services(), actor, input);
}
