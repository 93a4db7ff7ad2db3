import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findServer, noServer, ServerId, serverTarget, updateServer } from './find.ts';

/** Denies every call to the server, in force at once, until it is resumed. */
export function pauseServer(s: Services, actor: Actor, input: z.input<typeof ServerId>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'server.manage', schema: ServerId, input }, async (tx, { serverId }) => {
    const server = await findServer(tx, actor.organizationId, serverId);
    if (!server) return noServer();
    if (server.pausedAt) return unchanged({});
    await updateServer(tx, actor.organizationId, serverId, { pausedAt: s.now() });
    return changed({}, { action: 'server.pause', target: serverTarget(server) });
  });
}
