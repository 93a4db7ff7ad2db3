'use server';
import { signUp } from '@toolgate/services/account/sign-up';
import type { Result } from '@toolgate/services/refusal';
import { headers } from 'next/headers';
import { callerIp } from '@/server/caller-ip';
import { services } from '@/server/services';

/** Open to everybody: attempts are counted by address. */
export async function signUpAction(input: { name: string; email: string; password: string }): Promise<Result<{ slug: string }>> {
  const sent = await headers();
  const { name, email, password } = input;
  const result = await signUp(services(), { name, email, password, ip: callerIp((header) => sent.get(header)) });
  return result.ok ? { ok: true, value: { slug: result.value.organization.slug } } : result;
}
