import 'server-only';
import { type Account, readUser } from '@toolgate/services/account/read';
import { type ResolvedMember, resolveMember } from '@toolgate/services/organization/resolve-member';
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { getServerSession } from 'next-auth';
import { cache } from 'react';
import { authOptions } from './auth';
import { PATH_HEADER } from './request-path';
import { services } from './services';

export interface Member extends ResolvedMember {
  user: Account;
}

/**
 * Who asks, and as what in which organization: every page and every server action begins with it.
 * Nobody signed in: on to the sign-in page. No member, or no such organization: not found, which look alike.
 */
export const requireMember = cache(async (orgSlug: string): Promise<Member> => {
  const user = await requireUser();
  // Of a server action it is whatever the browser sent.
  if (typeof orgSlug !== 'string') notFound();
  const member = await resolveMember(services(), { userId: user.id, slug: orgSlug });
  if (!member) notFound();
  return { ...member, user };
});

/** The user who is signed in; redirects to the sign-in page otherwise. */
export const requireUser = cache(async (): Promise<Account> => {
  const session = await readSession();
  if (session.state === 'active') return session.user;
  const path = (await headers()).get(PATH_HEADER);
  const query = new URLSearchParams({ ...(path ? { from: path } : {}), ...(session.state === 'ended' ? { reason: 'ended' } : {}) });
  redirect(`/sign-in?${query}`);
});

export type Session = { state: 'active'; user: Account } | { state: 'ended' } | { state: 'none' };

/** `ended`: the cookie is good, but the password was changed, or the user is gone, since it was given. */
export const readSession = cache(async (): Promise<Session> => {
  const session = (await getServerSession(authOptions())) as { userId?: string; signedInAt?: number } | null;
  if (!session?.userId) return { state: 'none' };
  const user = await readUser(services(), session.userId);
  if (!user || (user.sessionsValidFrom && (session.signedInAt ?? 0) < user.sessionsValidFrom.getTime())) return { state: 'ended' };
  return { state: 'active', user };
});
