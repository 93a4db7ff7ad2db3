'use server';
import { cancelSchedule } from '@toolgate/services/policy/cancel-schedule';
import { asMember } from '@/server/as-member';

export const cancelScheduleAction = async (org: string, policyId: string) =>
  asMember(org, (s, actor) => cancelSchedule(s, actor, { policyId }));
