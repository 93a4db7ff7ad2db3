'use client';
import Link from 'next/link';
import { signIn } from 'next-auth/react';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useAction } from '@/components/use-action';
import { signUpAction } from './actions';

/** Three fields; the organization is named after the user and can be renamed. */
export function SignUpForm() {
  const [given, setGiven] = useState({ name: '', email: '', password: '' });
  const [leaving, setLeaving] = useState(false);
  const { run, pending, refusal, fields } = useAction(signUpAction, {
    onDone: async ({ slug }) => {
      setLeaving(true);
      await signIn('credentials', { redirect: false, email: given.email, password: given.password });
      window.location.assign(`/${slug}/get-started`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(given);
  };
  const bind = (name: keyof typeof given) => ({
    name,
    value: given[name],
    onChange: (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value }),
  });
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      {refusal && Object.keys(fields).length === 0 && <Callout tone="denied">{refusal.message}</Callout>}
      <Field label="Name" error={fields.name} required>
        <Input {...bind('name')} autoComplete="name" autoFocus />
      </Field>
      <Field label="E-mail" error={fields.email} required>
        <Input {...bind('email')} type="email" autoComplete="email" />
      </Field>
      <Field label="Password" error={fields.password} help="At least 8 characters." required>
        <Input {...bind('password')} type="password" autoComplete="new-password" />
      </Field>
      <Button type="submit" variant="primary" pending={pending || leaving}>
        Create account
      </Button>
      <p className="text-muted text-sm">
        Have an account?{' '}
        <Link href="/sign-in" className="link">
          Sign in
        </Link>
      </p>
    </form>
  );
}
