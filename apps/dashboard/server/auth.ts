import 'server-only';
import { signInWithProvider } from '@toolgate/services/account/sign-in-with-provider';
import { verifyPassword } from '@toolgate/services/account/verify-password';
import type { NextAuthOptions } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import GitHub from 'next-auth/providers/github';
import Google from 'next-auth/providers/google';
import { env } from '../env';
import { callerIp } from './caller-ip';
import { githubEmail } from './github-email';
import { services } from './services';

const SESSION_SECONDS = 14 * 24 * 3600;

declare module 'next-auth/jwt' {
  interface JWT {
    /** Milliseconds since 1970: compared with the user's `sessionsValidFrom`. */
    signedInAt?: number;
  }
}

/** Signed cookies (JWT), so that no request needs a session store; `readSession` checks them against the user's row. */
export function authOptions(): NextAuthOptions {
  const { NEXTAUTH_SECRET, GITHUB_ID, GITHUB_SECRET, GOOGLE_ID, GOOGLE_SECRET } = env();
  return {
    secret: NEXTAUTH_SECRET,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    providers: [
      byPassword(),
      ...(GITHUB_ID && GITHUB_SECRET
        ? [GitHub({ clientId: GITHUB_ID, clientSecret: GITHUB_SECRET, authorization: { params: { scope: 'read:user user:email' } } })]
        : []),
      ...(GOOGLE_ID && GOOGLE_SECRET ? [Google({ clientId: GOOGLE_ID, clientSecret: GOOGLE_SECRET })] : []),
    ],
    callbacks: {
      signIn: async ({ user, account, profile }) => {
        if (!account || account.provider === 'credentials') return true;
        const github = account.provider === 'github' ? await githubEmail(account.access_token ?? '') : null;
        const known = await signInWithProvider(services(), {
          provider: account.provider as 'github' | 'google',
          providerAccountId: account.providerAccountId,
          email: github ?? user.email ?? '',
          // Google says in the profile whether the address is confirmed; GitHub has to be asked.
          emailVerified:
            github !== null ||
            (account.provider === 'google' && (profile as { email_verified?: boolean } | undefined)?.email_verified === true),
          name: user.name ?? null,
        });
        if (!known.ok) return `/sign-in?error=${encodeURIComponent(known.refusal.code)}`;
        user.id = known.value.userId;
        return true;
      },
      // With `user` it is a sign-in; without, a session that goes on: its beginning is kept.
      jwt: ({ token, user }) => (user ? { sub: user.id, signedInAt: Date.now() } : token),
      session: ({ session, token }) => ({ ...session, userId: token.sub, signedInAt: token.signedInAt }),
      redirect: ({ url, baseUrl }) =>
        url.startsWith('/') && !url.startsWith('//') ? `${baseUrl}${url}` : url.startsWith(`${baseUrl}/`) ? url : baseUrl,
    },
  };
}

function byPassword() {
  return Credentials({
    credentials: { email: {}, password: {} },
    authorize: async (given, request) => {
      const result = await verifyPassword(services(), {
        email: given?.email ?? '',
        password: given?.password ?? '',
        ip: callerIp((name) => request.headers?.[name] as string | undefined),
      });
      // next-auth hands the message of what is thrown to the page.
      if (!result.ok) throw new Error(result.refusal.message);
      return { id: result.value.userId, email: result.value.email, name: result.value.name };
    },
  });
}

/** The providers that are set up, for buttons. */
export function signInProviders(): { id: string; name: string }[] {
  const { GITHUB_ID, GITHUB_SECRET, GOOGLE_ID, GOOGLE_SECRET } = env();
  return [
    ...(GITHUB_ID && GITHUB_SECRET ? [{ id: 'github', name: 'GitHub' }] : []),
    ...(GOOGLE_ID && GOOGLE_SECRET ? [{ id: 'google', name: 'Google' }] : []),
  ];
}
