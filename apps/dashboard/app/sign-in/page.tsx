import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { AccountFrame } from '@/features/account/account-frame';
import { SignInForm } from '@/features/account/sign-in-form';
import { signInNotice } from '@/features/account/sign-in-notice';
import { signInProviders } from '@/server/auth';
import { returnPath } from '@/server/return-path';
import { readSession } from '@/server/session';

export const metadata: Metadata = { title: 'Sign in' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignInPage({ searchParams }: Props) {
  const query = await searchParams;
  const returnTo = returnPath(String(query.from ?? ''));
  if ((await readSession()).state === 'active') redirect(returnTo);
  return (
    <AccountFrame title="Sign in" lead="To your organization’s servers, policies and audit log.">
      <SignInForm returnTo={returnTo} notice={signInNotice(query)} providers={signInProviders()} />
    </AccountFrame>
  );
}
