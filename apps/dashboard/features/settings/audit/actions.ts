'use server';
import { setCapture } from '@toolgate/services/audit/capture-setting';
import { asMember } from '@/server/as-member';

export const setCaptureAction = async (org: string, serverId: string, capture: boolean) =>
  asMember(org, (s, actor) => setCapture(s, actor, { serverId, capture }));
