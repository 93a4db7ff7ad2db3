import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { notPaused } from '../pause-reason.ts';
import { findServer, noServer, ServerId, serverTarget, updateServer } from './find.ts';

/** Lets calls to the server be decided again after a pause. */
export function resumeServer(s: Services, actor: Actor, input: z.input<typeof ServerId>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'server.manage', schema: ServerId, input }, async (tx, { serverId }) => {
    const server = await findServer(tx, actor.organizationId, serverId);
    if (!server) return noServer();
    if (!server.pausedAt) return unchanged({});
    await updateServer(tx, actor.organizationId, serverId, notPaused);
    return changed({}, { action: 'server.resume', target: serverTarget(server), before: { paused: true }, after: { paused: false } });
  });
}
