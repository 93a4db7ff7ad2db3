import type { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { findGrant, GrantId, grantTarget, isRevoked, noGrant } from './find.ts';
import { hashToken, newToken, tokenPrefix } from './token.ts';

/** Gives a grant a new token; the old one stops working with the next request. Limits already used stay used. */
export function rotateGrant(s: Services, actor: Actor, input: z.input<typeof GrantId>): Promise<ChangeResult<{ token: string }>> {
  return change(s, actor, { permission: 'grant.manage', schema: GrantId, input }, async (tx, { grantId }) => {
    const { organizationId } = actor;
    const grant = await findGrant(tx, organizationId, grantId);
    if (!grant) return noGrant();
    if (grant.revokedAt) return isRevoked();
    const token = newToken();
    const data = { tokenHash: hashToken(token), tokenPrefix: tokenPrefix(token) };
    await tx.grant.update({ where: { organizationId_id: { organizationId, id: grantId } }, data });
    const [before, after] = [{ tokenPrefix: grant.tokenPrefix }, { tokenPrefix: data.tokenPrefix }];
    return changed({ token }, { action: 'grant.rotate', target: grantTarget(grant), before, after });
  });
}
