import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findGrant, GrantId, GrantServers, grantTarget, isRevoked, missingServers, noGrant } from './find.ts';

const SetServers = GrantId.extend({ servers: GrantServers });

/** Sets which servers a grant reaches and the policy that governs it on each; what is not named is taken away. */
export function setGrantServers(s: Services, actor: Actor, input: z.input<typeof SetServers>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'grant.manage', schema: SetServers, input }, async (tx, { grantId, servers }) => {
    const { organizationId } = actor;
    const grant = await findGrant(tx, organizationId, grantId);
    if (!grant) return noGrant();
    if (grant.revokedAt) return isRevoked();
    const missing = await missingServers(tx, organizationId, servers);
    if (missing) return missing;
    const rows = await tx.grantServer.findMany({ where: { organizationId, grantId } });
    const before = rows.map(({ serverId, policyId }) => ({ serverId, policyId }));
    if (spelled(before) === spelled(servers)) return unchanged({});
    await tx.grantServer.deleteMany({ where: { organizationId, grantId } });
    await tx.grantServer.createMany({ data: servers.map((server) => ({ organizationId, grantId, ...server })) });
    return changed({}, { action: 'grant.set_servers', target: grantTarget(grant), before: { servers: before }, after: { servers } });
  });
}

function spelled(servers: { serverId: string; policyId: string }[]): string {
  const pairs = servers.map(({ serverId, policyId }) => `${serverId} ${policyId}`);
  return pairs.sort().join();
}
