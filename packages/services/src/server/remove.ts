import type { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findServer, noServer, ServerId, serverTarget } from './find.ts';

/** Removes a server with its tools and secrets; grants that reach it lose it. Audit events about it stay. */
export function removeServer(s: Services, actor: Actor, input: z.input<typeof ServerId>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'server.manage', schema: ServerId, input }, async (tx, { serverId }) => {
    const { organizationId } = actor;
    const server = await findServer(tx, organizationId, serverId);
    if (!server) return noServer();
    const grants = await tx.grant.findMany({ where: { organizationId, servers: { some: { serverId } } }, select: { label: true } });
    await tx.server.delete({ where: { organizationId_id: { organizationId, id: serverId } } });
    const { name, url, managed } = server;
    const before = { name, ...(url ? { url } : { managed }), grants: grants.map((grant) => grant.label) };
    return changed({}, { action: 'server.remove', target: serverTarget(server), before });
  });
}
