import { z } from 'zod';
import { hashPassword } from '../account/password-hash.ts';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Email, Name, Password } from '../fields.ts';
import { newId } from '../id.ts';
import { refuse } from '../refusal.ts';

const Owner = z.strictObject({ email: Email, name: Name, password: Password });

/**
 * Has the organization be owned by the user with this e-mail address, for the operator of the machine.
 * A missing user is made; one that exists keeps name and password.
 */
export async function ensureOwner(s: Services, actor: Actor, input: z.input<typeof Owner>): Promise<ChangeResult<{ userId: string }>> {
  if (actor.kind !== 'operator') return refuse('forbidden', 'Only the operator of the machine makes owners.');
  const email = Email.safeParse(input.email).data;
  const known = email !== undefined && (await s.db.prisma.user.findUnique({ where: { email }, select: { id: true } }));
  // Before the organization is locked: a hash takes its time.
  const passwordHash = known || !Password.safeParse(input.password).success ? null : await hashPassword(input.password);
  return change(s, actor, { permission: 'organization.manage', schema: Owner, input }, async (tx, { email, name }) => {
    const { organizationId } = actor;
    const existing = await tx.user.findUnique({ where: { email } });
    if (!existing && !passwordHash) return refuse('conflict', 'The account was removed just now. Try again.');
    const user = existing ?? (await tx.user.create({ data: { id: newId(), email, name, passwordHash, createdAt: s.now() } }));
    const key = { organizationId, userId: user.id };
    const membership = await tx.membership.findUnique({ where: { organizationId_userId: key } });
    if (membership?.role === 'owner') return unchanged({ userId: user.id });
    await tx.membership.upsert({
      where: { organizationId_userId: key },
      create: { ...key, role: 'owner' },
      update: { role: 'owner' },
    });
    const target = { kind: 'member', id: user.id, name: user.email };
    return changed(
      { userId: user.id },
      { action: 'member.make_owner', target, before: { role: membership?.role ?? null }, after: { role: 'owner' } },
    );
  });
}
