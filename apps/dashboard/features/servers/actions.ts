'use server';
import { overrideCategory } from '@toolgate/services/server/override-category';
import { pauseServer } from '@toolgate/services/server/pause';
import { rediscoverServer } from '@toolgate/services/server/rediscover';
import { type NewServer, registerServer } from '@toolgate/services/server/register';
import { removeServer } from '@toolgate/services/server/remove';
import { removeHeader } from '@toolgate/services/server/remove-header';
import { renameServer } from '@toolgate/services/server/rename';
import { resumeServer } from '@toolgate/services/server/resume';
import { reviewTool } from '@toolgate/services/server/review-tool';
import type { HeaderInput } from '@toolgate/services/server/secret-name';
import { setHeader } from '@toolgate/services/server/set-header';
import { setServerUrl } from '@toolgate/services/server/set-url';
import { type Paste, understandPaste } from '@toolgate/services/server/understand-paste';
import { asMember } from '@/server/as-member';
import { requireMember } from '@/server/session';

/** Says what a pasted text is; stores nothing and contacts nobody. */
export async function understandAction(org: string, text: string): Promise<Paste> {
  await requireMember(org);
  return understandPaste(String(text));
}

export const registerAction = async (org: string, server: NewServer, headers: HeaderInput[]) =>
  asMember(org, (s, actor) => registerServer(s, actor, server, headers));

export const rediscoverAction = async (org: string, serverId: string) =>
  asMember(org, (s, actor) => rediscoverServer(s, actor, { serverId }));

export const renameServerAction = async (org: string, input: { serverId: string; name: string }) =>
  asMember(org, (s, actor) => renameServer(s, actor, input));

export const setUrlAction = async (org: string, input: { serverId: string; url: string }) =>
  asMember(org, (s, actor) => setServerUrl(s, actor, input));

export const pauseServerAction = async (org: string, serverId: string) => asMember(org, (s, actor) => pauseServer(s, actor, { serverId }));

export const resumeServerAction = async (org: string, serverId: string) =>
  asMember(org, (s, actor) => resumeServer(s, actor, { serverId }));

export const removeServerAction = async (org: string, serverId: string) =>
  asMember(org, (s, actor) => removeServer(s, actor, { serverId }));

export const setHeaderAction = async (org: string, input: { serverId: string; name: string; value: string }) =>
  asMember(org, (s, actor) => setHeader(s, actor, input));

export const removeHeaderAction = async (org: string, input: { serverId: string; name: string }) =>
  asMember(org, (s, actor) => removeHeader(s, actor, input));

export const reviewToolAction = async (org: string, input: { toolId: string; decision: 'accept' | 'keep'; hash: string }) =>
  asMember(org, (s, actor) => reviewTool(s, actor, input));

export const overrideCategoryAction = async (org: string, input: Parameters<typeof overrideCategory>[2]) =>
  asMember(org, (s, actor) => overrideCategory(s, actor, input));
