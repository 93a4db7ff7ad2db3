import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { PauseReason, pausedNow, reasonFacts } from '../pause-reason.ts';
import { findGrant, GrantId, grantTarget, isRevoked, noGrant } from './find.ts';

const Pause = GrantId.extend({ reason: PauseReason });

/** Denies every call with this grant, in force at once, until it is resumed. One that is paused gets another reason. */
export function pauseGrant(s: Services, actor: Actor, input: z.input<typeof Pause>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'grant.pause', schema: Pause, input }, async (tx, { grantId, reason }) => {
    const { organizationId } = actor;
    const grant = await findGrant(tx, organizationId, grantId);
    if (!grant) return noGrant();
    if (grant.revokedAt) return isRevoked();
    if (grant.pausedAt && reason === undefined) return unchanged({});
    await tx.grant.update({
      where: { organizationId_id: { organizationId, id: grantId } },
      data: grant.pausedAt ? { pauseReason: reason } : pausedNow(s.now(), actor.name, reason),
    });
    return changed({}, { action: 'grant.pause', target: grantTarget(grant), ...reasonFacts(reason) });
  });
}
