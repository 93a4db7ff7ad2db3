import { z } from 'zod';
import type { Services } from '../context.ts';
import { Email, nameOf } from '../fields.ts';
import { createOwnOrganization } from '../organization/create-own.ts';
import { parseInput } from '../parse-input.ts';
import { done, type Result, refuse } from '../refusal.ts';
import { isUniqueViolation } from '../unique-violation.ts';

const ProviderSignIn = z.strictObject({
  provider: z.enum(['github', 'google']),
  providerAccountId: z.string().min(1).max(255),
  email: Email,
  emailVerified: z.boolean(),
  name: z.string().max(255).nullish(),
});

/**
 * Finds the user of a provider's account, or makes one with an organization of its own.
 * An account that has a password is never taken over by an e-mail address alone: its owner signs in with the password.
 */
export async function signInWithProvider(s: Services, input: z.input<typeof ProviderSignIn>): Promise<Result<{ userId: string }>> {
  const parsed = parseInput(ProviderSignIn, input);
  if (!parsed.ok) return parsed;
  const { provider, providerAccountId, email, emailVerified, name } = parsed.value;
  const identity = { provider, providerAccountId };
  const known = await s.db.prisma.userIdentity.findUnique({ where: { provider_providerAccountId: identity } });
  if (known) return done({ userId: known.userId });
  if (!emailVerified) return refuse('forbidden', 'Confirm your e-mail address with the provider first.');
  const user = await s.db.prisma.user.findUnique({ where: { email } });
  if (user?.passwordHash) {
    return refuse('conflict', 'There is an account with this e-mail address already. Sign in with its password.');
  }
  if (user) {
    await s.db.prisma.userIdentity.createMany({ data: [{ ...identity, userId: user.id }], skipDuplicates: true });
    return done({ userId: user.id });
  }
  const readable = nameOf(80).safeParse(name?.slice(0, 80));
  const shown = readable.success ? readable.data : (email.split('@')[0] ?? 'User').slice(0, 80);
  try {
    const made = await createOwnOrganization(s, { name: shown, email, passwordHash: null, identity });
    return done({ userId: made.userId });
  } catch (error) {
    // A second tab was faster.
    if (isUniqueViolation(error)) return refuse('conflict', 'This account was made just now. Sign in again.');
    throw error;
  }
}
