import { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { findServer, noServer, ServerId, serverTarget, updateServer } from './find.ts';
import { requestDiscovery } from './request-discovery.ts';
import { findSecret } from './store-secret.ts';

const RemoveHeader = ServerId.extend({ name: z.string().min(1).max(128) });

/** Removes a secret header (of a managed server: an environment value) and has the server discovered without it. */
export async function removeHeader(s: Services, actor: Actor, input: z.input<typeof RemoveHeader>): Promise<ChangeResult> {
  const result = await change(s, actor, { permission: 'server.manage', schema: RemoveHeader, input }, async (tx, { serverId, name }) => {
    const { organizationId } = actor;
    const server = await findServer(tx, organizationId, serverId);
    if (!server) return noServer();
    const secret = await findSecret(tx, organizationId, server, name);
    if (!secret) return refuse('not_found', 'This server has no header of this name.');
    await tx.serverSecret.delete({ where: { organizationId_id: { organizationId, id: secret.id } } });
    const left = await tx.serverSecret.count({ where: { organizationId, serverId } });
    await updateServer(tx, organizationId, serverId, { status: 'discovering', ...(left === 0 ? { auth: 'none' } : {}) });
    return changed({}, { action: 'server.remove_header', target: serverTarget(server), before: { name: secret.name } });
  });
  if (result.ok) await requestDiscovery(s, actor.organizationId, input.serverId);
  return result;
}
