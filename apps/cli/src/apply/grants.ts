import type { Actor, Services } from '@toolgate/services/context';
import { createGrant } from '@toolgate/services/grant/create';
import { findGrantByLabel } from '@toolgate/services/grant/read';
import { revokeGrant } from '@toolgate/services/grant/revoke';
import { setGrantServers } from '@toolgate/services/grant/set-servers';
import { listPolicies } from '@toolgate/services/policy/read';
import { listServers } from '@toolgate/services/server/read';
import { accepted, Failure } from '../failure.ts';
import type { ApplyDocument } from './document.ts';

export interface AppliedGrant {
  label: string;
  /** Null for a grant that existed: its token is not known any more. */
  token: string | null;
}

type Grants = ApplyDocument['grants'];

/** Throws when a grant names a server or policy that is neither in the document nor in the organization. */
export async function checkGrants(s: Services, actor: Actor | null, { grants, servers, policies }: ApplyDocument): Promise<void> {
  const serverSlugs = new Set([...servers, ...(actor ? await listServers(s, actor) : [])].map(({ slug }) => slug));
  const policySlugs = new Set([...policies, ...(actor ? await listPolicies(s, actor) : [])].map(({ slug }) => slug));
  for (const { label, servers: reached } of grants) {
    for (const { server, policy } of reached) {
      if (!serverSlugs.has(server)) throw new Failure(`grant "${label}": there is no server "${server}".`);
      if (!policySlugs.has(policy)) throw new Failure(`grant "${label}": there is no policy "${policy}".`);
    }
  }
}

/**
 * Creates what is missing and sets what each grant reaches. `finish` runs before the tokens are given out: when it, or a later
 * grant, fails, the grants made here are revoked, because nobody will ever see their tokens.
 */
export async function applyGrants(s: Services, actor: Actor, grants: Grants, finish: () => Promise<void>): Promise<AppliedGrant[]> {
  const made: string[] = [];
  try {
    const ids = await idsBySlug(s, actor);
    const applied: AppliedGrant[] = [];
    for (const { label, servers } of grants) {
      const reached = servers.map(({ server, policy }) => ({ serverId: ids.server(server), policyId: ids.policy(policy) }));
      const existing = await findGrantByLabel(s, actor, label);
      const what = `grant "${label}"`;
      if (existing) {
        accepted(await setGrantServers(s, actor, { grantId: existing.id, servers: reached }), what);
        applied.push({ label, token: null });
      } else {
        const { id, token } = accepted(await createGrant(s, actor, { label, servers: reached }), what);
        made.push(id);
        applied.push({ label, token });
      }
    }
    await finish();
    return applied;
  } catch (error) {
    for (const grantId of made) await revokeGrant(s, actor, { grantId }).catch(() => {});
    throw error;
  }
}

async function idsBySlug(s: Services, actor: Actor) {
  const servers = new Map((await listServers(s, actor)).map(({ slug, id }) => [slug, id]));
  const policies = new Map((await listPolicies(s, actor)).map(({ slug, id }) => [slug, id]));
  return { server: (slug: string) => servers.get(slug) ?? '', policy: (slug: string) => policies.get(slug) ?? '' };
}
