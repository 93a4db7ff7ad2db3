'use server';
import { discardShadow } from '@toolgate/services/policy/discard-shadow';
import { endShadow } from '@toolgate/services/policy/end-shadow';
import { asMember } from '@/server/as-member';

interface InShadow {
  policyId: string;
  expectedShadow: number;
}

/** Puts the version in shadow in force now. */
export const endShadowAction = async (org: string, input: InShadow) => asMember(org, (s, actor) => endShadow(s, actor, input));

/** Withdraws the version in shadow. */
export const discardShadowAction = async (org: string, input: InShadow) => asMember(org, (s, actor) => discardShadow(s, actor, input));
