import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findServer, noServer, ServerId, serverTarget, updateServer } from './find.ts';
import { requestDiscovery } from './request-discovery.ts';

/** Has the worker ask a server for its tools again. Calls go on meanwhile, with the tools that are pinned. */
export async function rediscoverServer(s: Services, actor: Actor, input: z.input<typeof ServerId>): Promise<ChangeResult> {
  const result = await change(s, actor, { permission: 'server.manage', schema: ServerId, input }, async (tx, { serverId }) => {
    const server = await findServer(tx, actor.organizationId, serverId);
    if (!server) return noServer();
    if (server.status === 'discovering') return unchanged({});
    await updateServer(tx, actor.organizationId, serverId, { status: 'discovering' });
    const [before, after] = [{ status: server.status }, { status: 'discovering' }];
    return changed({}, { action: 'server.rediscover', target: serverTarget(server), before, after });
  });
  if (result.ok) await requestDiscovery(s, actor.organizationId, input.serverId);
  return result;
}
