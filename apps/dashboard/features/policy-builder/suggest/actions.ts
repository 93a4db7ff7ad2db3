'use server';
import { readPolicyActivity } from '@toolgate/services/policy/read-activity';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';

/** What the rules of a policy did in the last days; null when there is no such policy. Dates as the browser gets them. */
export async function policyActivityAction(org: string, policyId: string, days: number) {
  const { actor } = await requireMember(org);
  return readPolicyActivity(services(), actor, { policyId: String(policyId), days: Number(days) || 30 });
}
