import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { AccountFrame } from '@/features/account/account-frame';
import { SignUpForm } from '@/features/account/sign-up-form';
import { readSession } from '@/server/session';

export const metadata: Metadata = { title: 'Create an account' };

export default async function SignUpPage() {
  if ((await readSession()).state === 'active') redirect('/home');
  return (
    <AccountFrame title="Create an account" lead="You get an organization of your own. The first governed call is about a minute away.">
      <SignUpForm />
    </AccountFrame>
  );
}
