import { z } from 'zod';
import type { Services } from '../context.ts';
import { Email, Ip, Name, Password } from '../fields.ts';
import { createOwnOrganization, type NewOrganization } from '../organization/create-own.ts';
import { parseInput } from '../parse-input.ts';
import { done, type Result, refuse } from '../refusal.ts';
import { isUniqueViolation } from '../unique-violation.ts';
import { type AttemptLimit, countAttempt, waitMessage } from './attempt.ts';
import { hashPassword, Overloaded } from './password-hash.ts';

export const SIGN_UP_LIMITS: { ip: AttemptLimit } = { ip: { max: 20, windowMs: 3_600_000 } };

const SignUp = z.strictObject({ name: Name, email: Email, password: Password, ip: Ip });

/** Makes a user, and an organization of the user's own. A taken e-mail address is refused with a message for its field. */
export async function signUp(
  s: Services,
  input: z.input<typeof SignUp>,
  limits = SIGN_UP_LIMITS,
): Promise<Result<{ userId: string; organization: NewOrganization }>> {
  const parsed = parseInput(SignUp, input);
  if (!parsed.ok) return parsed;
  const { name, email, password, ip } = parsed.value;
  const wait = await countAttempt(s, `sign-up:ip:${ip}`, limits.ip);
  if (wait) return refuse('rate_limited', waitMessage(wait));
  if (await s.db.prisma.user.findUnique({ where: { email }, select: { id: true } })) return taken();
  try {
    const passwordHash = await hashPassword(password);
    return done(await createOwnOrganization(s, { name, email, passwordHash }));
  } catch (error) {
    if (error instanceof Overloaded) return refuse('unavailable', 'Many people are signing in right now. Try again in a moment.');
    if (isUniqueViolation(error, 'email')) return taken();
    throw error;
  }
}

function taken() {
  const message = 'There is an account with this e-mail address already. Sign in instead.';
  return refuse('conflict', message, { email: message });
}
