import type { Actor, Services } from '@toolgate/services/context';
import { createOrganization, findOrganization } from '@toolgate/services/organization/create';
import { ensureOwner } from '@toolgate/services/organization/ensure-owner';
import { renameOrganization } from '@toolgate/services/organization/rename';
import { accepted } from '../failure.ts';
import { operatorOf, type Session, untilInForce } from '../session.ts';
import type { ApplyDocument } from './document.ts';
import { type AppliedGrant, applyGrants, checkGrants } from './grants.ts';
import { applyPolicies } from './policies.ts';
import { applyServers, untilDiscovered } from './servers.ts';

export interface Applied {
  organization: string;
  gatewayUrl: string;
  /** `tools`: how many can be called. */
  servers: { slug: string; url: string; tools: number }[];
  policies: { slug: string; version: number }[];
  grants: AppliedGrant[];
}

/** Brings about what a document says; doing it again changes nothing. Resolves when all of it is in force. */
export async function apply({ s, gatewayUrl }: Session, document: ApplyDocument, say: (line: string) => void): Promise<Applied> {
  const { slug } = document.organization;
  const existing = await findOrganization(s, slug);
  // Before anything is written: a name that is spelled wrongly.
  await checkGrants(s, existing && operatorOf(existing.id), document);
  const actor = await applyOrganization(s, document.organization, existing);
  if (document.owner) accepted(await ensureOwner(s, actor, document.owner), 'owner');
  await applyServers(s, actor, document.servers);
  const policies = await applyPolicies(s, actor, document.policies);
  const servers = await untilDiscovered(
    s,
    actor,
    document.servers.map((server) => server.slug),
    say,
  );
  const grants = await applyGrants(s, actor, document.grants, () => untilInForce(s, actor));
  return {
    organization: slug,
    gatewayUrl: `${gatewayUrl}/${slug}/mcp`,
    servers: servers.map((server) => ({
      slug: server.slug,
      url: `${gatewayUrl}/${slug}/${server.slug}/mcp`,
      tools: server.toolCounts.active,
    })),
    policies,
    grants,
  };
}

async function applyOrganization(
  s: Services,
  { slug, name }: ApplyDocument['organization'],
  existing: { id: string } | null,
): Promise<Actor> {
  if (!existing) return operatorOf(accepted(await createOrganization(s, { name: 'Command line' }, { slug, name }), 'organization').id);
  const actor = operatorOf(existing.id);
  accepted(await renameOrganization(s, actor, { name }), 'organization');
  return actor;
}
