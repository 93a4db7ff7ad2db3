'use server';
import { changePassword } from '@toolgate/services/account/change-password';
import { pauseOrganization } from '@toolgate/services/organization/pause';
import { renameOrganization } from '@toolgate/services/organization/rename';
import { resumeOrganization } from '@toolgate/services/organization/resume';
import type { Result } from '@toolgate/services/refusal';
import { asMember } from '@/server/as-member';
import { services } from '@/server/services';
import { requireUser } from '@/server/session';

export const renameOrganizationAction = async (org: string, name: string) =>
  asMember(org, (s, actor) => renameOrganization(s, actor, { name }));

export const pauseOrganizationAction = async (org: string) => asMember(org, (s, actor) => pauseOrganization(s, actor));

export const resumeOrganizationAction = async (org: string) => asMember(org, (s, actor) => resumeOrganization(s, actor));

/** Ends every session of the user; the page signs in again with the new password. */
export async function changePasswordAction(input: { current: string; next: string }): Promise<Result<{ email: string }>> {
  const user = await requireUser();
  const { current, next } = input;
  const result = await changePassword(services(), { userId: user.id, current, next });
  return result.ok ? { ok: true, value: { email: user.email } } : result;
}
