import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { PauseReason, pausedNow, reasonFacts } from '../pause-reason.ts';
import { findServer, noServer, ServerId, serverTarget, updateServer } from './find.ts';

const Pause = ServerId.extend({ reason: PauseReason });

/** Denies every call to the server, in force at once, until it is resumed. One that is paused gets another reason. */
export function pauseServer(s: Services, actor: Actor, input: z.input<typeof Pause>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'server.manage', schema: Pause, input }, async (tx, { serverId, reason }) => {
    const server = await findServer(tx, actor.organizationId, serverId);
    if (!server) return noServer();
    if (server.pausedAt && reason === undefined) return unchanged({});
    await updateServer(
      tx,
      actor.organizationId,
      serverId,
      server.pausedAt ? { pauseReason: reason } : pausedNow(s.now(), actor.name, reason),
    );
    return changed({}, { action: 'server.pause', target: serverTarget(server), ...reasonFacts(reason) });
  });
}
