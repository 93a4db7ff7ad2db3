import { z } from 'zod';
import { type ChangeResult, change, changed } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { newId } from '../id.ts';
import { refuse } from '../refusal.ts';
import { GrantServers, grantTarget, Label, missingServers } from './find.ts';
import { hashToken, newToken, tokenPrefix } from './token.ts';

/** Of one organization at most, revoked ones left out. */
const MAX_GRANTS = 10_000;

const Create = z.strictObject({
  label: Label,
  kind: z.enum(['person', 'agent', 'ci']).default('agent'),
  servers: GrantServers,
  expiresAt: z.date().nullish(),
});

/** Makes a grant. The token is in this answer only: its hash is what is kept. A label names one grant that is not revoked. */
export function createGrant(
  s: Services,
  actor: Actor,
  input: z.input<typeof Create>,
): Promise<ChangeResult<{ id: string; token: string }>> {
  return change(s, actor, { permission: 'grant.manage', schema: Create, input }, async (tx, given) => {
    const { organizationId } = actor;
    const { label, kind, servers, expiresAt = null } = given;
    if (expiresAt && expiresAt <= s.now()) return invalid('expiresAt', 'Choose a moment in the future.');
    if (await tx.grant.findFirst({ where: { organizationId, label, revokedAt: null }, select: { id: true } })) {
      return refuse('conflict', 'Another grant has this label already.', { label: 'Another grant has this label already.' });
    }
    if ((await tx.grant.count({ where: { organizationId, revokedAt: null } })) >= MAX_GRANTS) {
      return refuse('conflict', `An organization has at most ${MAX_GRANTS} grants.`);
    }
    const missing = await missingServers(tx, organizationId, servers);
    if (missing) return missing;
    const token = newToken();
    const credential = { tokenHash: hashToken(token), tokenPrefix: tokenPrefix(token) };
    const grant = await tx.grant.create({
      data: {
        organizationId,
        id: newId(),
        label,
        kind,
        ...credential,
        createdBy: actor.name,
        createdById: creatorOf(actor),
        createdAt: s.now(),
        expiresAt,
      },
    });
    await tx.grantServer.createMany({ data: servers.map((server) => ({ organizationId, grantId: grant.id, ...server })) });
    return changed({ id: grant.id, token }, { action: 'grant.create', target: grantTarget(grant), after: { kind, servers, expiresAt } });
  });
}

const invalid = (field: string, message: string) => refuse('invalid', message, { [field]: message });

const creatorOf = (actor: Actor): string | null => (actor.kind === 'member' ? actor.userId : null);
