'use server';
import { readCapture } from '@toolgate/services/audit/read-capture';
import { removeView } from '@toolgate/services/audit/remove-view';
import { saveView } from '@toolgate/services/audit/save-view';
import { asMember } from '@/server/as-member';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';

export async function saveViewAction(org: string, input: { name: string; query: string }) {
  return asMember(org, (s, actor) => saveView(s, actor, input));
}

export async function removeViewAction(org: string, input: { viewId: string }) {
  return asMember(org, (s, actor) => removeView(s, actor, input));
}

/** The captured arguments of one call. That they were read is in the log. */
export async function readCaptureAction(org: string, input: { seq: number }) {
  const { actor } = await requireMember(org);
  return readCapture(services(), actor, input);
}
