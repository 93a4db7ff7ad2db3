import type { z } from 'zod';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findGrant, GrantId, grantTarget, noGrant } from './find.ts';

/** Ends a grant for good: the next request with its token is unauthenticated. Its label is free again. */
export function revokeGrant(s: Services, actor: Actor, input: z.input<typeof GrantId>): Promise<ChangeResult> {
  return change(s, actor, { permission: 'grant.manage', schema: GrantId, input }, async (tx, { grantId }) => {
    const { organizationId } = actor;
    const grant = await findGrant(tx, organizationId, grantId);
    if (!grant) return noGrant();
    if (grant.revokedAt) return unchanged({});
    await tx.grant.update({ where: { organizationId_id: { organizationId, id: grantId } }, data: { revokedAt: s.now() } });
    return changed({}, { action: 'grant.revoke', target: grantTarget(grant), before: { revoked: false }, after: { revoked: true } });
  });
}
