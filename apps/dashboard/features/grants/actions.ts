'use server';
import { parseQuery } from '@toolgate/audit/query/parse';
import { listEvents } from '@toolgate/services/audit/read';
import { createGrant } from '@toolgate/services/grant/create';
import { pauseGrant } from '@toolgate/services/grant/pause';
import { readGrant } from '@toolgate/services/grant/read';
import { resumeGrant } from '@toolgate/services/grant/resume';
import { revokeGrant } from '@toolgate/services/grant/revoke';
import { rotateGrant } from '@toolgate/services/grant/rotate';
import { setGrantServers } from '@toolgate/services/grant/set-servers';
import type { Result } from '@toolgate/services/refusal';
import { asMember } from '@/server/as-member';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';
import type { GrantProgress } from './progress';

export const createGrantAction = async (org: string, input: Parameters<typeof createGrant>[2]) =>
  asMember(org, (s, actor) => createGrant(s, actor, input));

export const pauseGrantAction = async (org: string, grantId: string) => asMember(org, (s, actor) => pauseGrant(s, actor, { grantId }));

export const resumeGrantAction = async (org: string, grantId: string) => asMember(org, (s, actor) => resumeGrant(s, actor, { grantId }));

export const revokeGrantAction = async (org: string, grantId: string) => asMember(org, (s, actor) => revokeGrant(s, actor, { grantId }));

export const rotateGrantAction = async (org: string, grantId: string): Promise<Result<{ token: string; inForce: boolean }>> =>
  asMember(org, (s, actor) => rotateGrant(s, actor, { grantId }));

export const setGrantServersAction = async (org: string, input: Parameters<typeof setGrantServers>[2]) =>
  asMember(org, (s, actor) => setGrantServers(s, actor, input));

/** What the gateway has seen of a grant; null when there is no such grant. */
export async function grantProgressAction(org: string, grantId: string): Promise<GrantProgress | null> {
  const { actor } = await requireMember(org);
  const grant = await readGrant(services(), actor, String(grantId));
  if (!grant) return null;
  const { events } = await listEvents(services(), actor, { query: parseQuery(`grant:${grant.id} kind:call`).query, limit: 1 });
  const [call] = events;
  return {
    lastUsedAt: grant.lastUsedAt?.toISOString() ?? null,
    client: grant.lastClient ?? call?.client ?? null,
    call: call
      ? { seq: call.seq, at: call.at, tool: call.tool, decision: call.decision, outcome: call.outcome, message: call.message }
      : null,
  };
}
