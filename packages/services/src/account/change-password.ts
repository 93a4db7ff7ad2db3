import { z } from 'zod';
import type { Services } from '../context.ts';
import { Id, Password } from '../fields.ts';
import { parseInput } from '../parse-input.ts';
import { done, type Result, refuse } from '../refusal.ts';
import { countAttempt, forgiveAttempt, waitMessage } from './attempt.ts';
import { hashPassword, matchesPassword } from './password-hash.ts';
import { SIGN_IN_LIMITS } from './verify-password.ts';

const ChangePassword = z.strictObject({ userId: Id, current: z.string().min(1).max(128), next: Password });

/** Sets another password and ends every session that was issued before; the caller issues a new one. */
export async function changePassword(
  s: Services,
  input: z.input<typeof ChangePassword>,
  limits = SIGN_IN_LIMITS,
): Promise<Result<{ sessionsValidFrom: Date }>> {
  const parsed = parseInput(ChangePassword, input);
  if (!parsed.ok) return parsed;
  const { userId, current, next } = parsed.value;
  const key = `change-password:${userId}`;
  const wait = await countAttempt(s, key, limits.email);
  if (wait) return refuse('rate_limited', waitMessage(wait));
  const user = await s.db.prisma.user.findUnique({ where: { id: userId } });
  if (!user || !(await matchesPassword(user.passwordHash, current))) {
    const message = 'The current password is not right.';
    return refuse('forbidden', message, { current: message });
  }
  await forgiveAttempt(s, key, 'all');
  const sessionsValidFrom = s.now();
  // Only over the hash that was checked: a change in between is not overwritten.
  const { count } = await s.db.prisma.user.updateMany({
    where: { id: userId, passwordHash: user.passwordHash },
    data: { passwordHash: await hashPassword(next), sessionsValidFrom },
  });
  return count === 1 ? done({ sessionsValidFrom }) : refuse('conflict', 'The password was changed elsewhere just now.');
}
