'use client';
import Link from 'next/link';
import { signIn } from 'next-auth/react';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

export interface SignInFormProps {
  /** A path of this site. */
  returnTo: string;
  /** What brought the person here: an ended session, a provider that refused. */
  notice: string | null;
  providers: { id: string; name: string }[];
}

export function SignInForm({ returnTo, notice, providers }: SignInFormProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    setError(null);
    const answer = await signIn('credentials', { redirect: false, email, password }).catch(() => null);
    if (answer?.ok) return window.location.assign(returnTo);
    setPending(false);
    setError(answer?.error ?? 'The server could not be reached. Try again.');
  };
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      {error ? <Callout tone="denied">{error}</Callout> : notice && <Callout>{notice}</Callout>}
      <Field label="E-mail" required>
        <Input
          name="email"
          type="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      <Field label="Password" required>
        <Input
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <Button type="submit" variant="primary" pending={pending}>
        Sign in
      </Button>
      {providers.map((provider) => (
        <Button key={provider.id} onClick={() => void signIn(provider.id, { callbackUrl: returnTo })}>
          Continue with {provider.name}
        </Button>
      ))}
      <p className="text-muted text-sm">
        New here?{' '}
        <Link href="/sign-up" className="link">
          Create an account
        </Link>
      </p>
    </form>
  );
}
