import { z } from 'zod';
import type { Services } from '../context.ts';
import { Email, Ip } from '../fields.ts';
import { parseInput } from '../parse-input.ts';
import { done, type Result, refuse } from '../refusal.ts';
import { type AttemptLimit, countAttempt, forgiveAttempt, waitMessage } from './attempt.ts';
import { matchesPassword, Overloaded } from './password-hash.ts';

/** Failures, not successes, are what counts. */
export const SIGN_IN_LIMITS: { email: AttemptLimit; ip: AttemptLimit } = {
  email: { max: 10, windowMs: 900_000 },
  ip: { max: 100, windowMs: 900_000 },
};

const SignIn = z.strictObject({ email: Email, password: z.string().min(1).max(128), ip: Ip });

/** Checks e-mail and password. A wrong password and an unknown e-mail address are answered alike, and take as long. */
export async function verifyPassword(
  s: Services,
  input: z.input<typeof SignIn>,
  limits = SIGN_IN_LIMITS,
): Promise<Result<{ userId: string; email: string; name: string }>> {
  const parsed = parseInput(SignIn, input);
  if (!parsed.ok) return wrong();
  const { email, password, ip } = parsed.value;
  const keys = { email: `sign-in:email:${email}`, ip: `sign-in:ip:${ip}` };
  const waits = [await countAttempt(s, keys.ip, limits.ip), await countAttempt(s, keys.email, limits.email)];
  const wait = Math.max(...waits);
  if (wait) return refuse('rate_limited', waitMessage(wait));
  const user = await s.db.prisma.user.findUnique({ where: { email } });
  try {
    if (!(await matchesPassword(user?.passwordHash ?? null, password)) || !user) return wrong();
  } catch (error) {
    if (error instanceof Overloaded) return refuse('unavailable', 'Many people are signing in right now. Try again in a moment.');
    throw error;
  }
  await forgiveAttempt(s, keys.email, 'all');
  await forgiveAttempt(s, keys.ip, 'one');
  return done({ userId: user.id, email: user.email, name: user.name });
}

function wrong() {
  return refuse('forbidden', 'The e-mail address or the password is not right.');
}
