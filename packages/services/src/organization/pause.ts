import { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { PauseReason, pausedNow, reasonFacts } from '../pause-reason.ts';

const Pause = z.strictObject({ reason: PauseReason });

/** Denies every call of the organization, in force at once, until it is resumed. One that is paused gets another reason. */
export function pauseOrganization(s: Services, actor: Actor, input: z.input<typeof Pause> = {}): Promise<ChangeResult> {
  return change(s, actor, { permission: 'organization.manage', schema: Pause, input }, async (tx, { reason }, { id, name, pausedAt }) => {
    if (pausedAt && reason === undefined) return unchanged({});
    await tx.organization.update({ where: { id }, data: pausedAt ? { pauseReason: reason } : pausedNow(s.now(), actor.name, reason) });
    return changed({}, { action: 'organization.pause', target: { kind: 'organization', id, name }, ...reasonFacts(reason) });
  });
}
