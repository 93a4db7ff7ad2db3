import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { notPaused } from '../pause-reason.ts';
import { findGrant, GrantId, grantTarget, isRevoked, noGrant } from './find.ts';

/** Lets calls with this grant be decided again after a pause. */
export function resumeGrant(s: Services, actor: Actor, input: z.input<typeof GrantId>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'grant.pause', schema: GrantId, input }, async (tx, { grantId }) => {
    const { organizationId } = actor;
    const grant = await findGrant(tx, organizationId, grantId);
    if (!grant) return noGrant();
    if (grant.revokedAt) return isRevoked();
    if (!grant.pausedAt) return unchanged({});
    await tx.grant.update({ where: { organizationId_id: { organizationId, id: grantId } }, data: notPaused });
    return changed({}, { action: 'grant.resume', target: grantTarget(grant), before: { paused: true }, after: { paused: false } });
  });
}
