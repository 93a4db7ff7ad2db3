'use client';
import { signIn } from 'next-auth/react';
import { type FormEvent, useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useAction } from '@/components/use-action';
import { changePasswordAction } from './actions';

export function PasswordForm({ email }: { email: string }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const { run, pending, refusal, fields } = useAction(changePasswordAction, {
    onDone: async () => {
      // The session of this page ended with the others: it is begun again, without a trip to the sign-in page.
      await signIn('credentials', { redirect: false, email, password: next });
      setCurrent('');
      setNext('');
      notify('Password changed', { description: 'Other sessions have ended.' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run({ current, next });
  };
  return (
    <form onSubmit={submit} className="grid max-w-100 gap-4" noValidate>
      {refusal && Object.keys(fields).length === 0 && <Callout tone="denied">{refusal.message}</Callout>}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field label="Current password" error={fields.current}>
        <Input type="password" autoComplete="current-password" value={current} onChange={(event) => setCurrent(event.target.value)} />
      </Field>
      <Field label="New password" help="At least 8 characters." error={fields.next}>
        <Input type="password" autoComplete="new-password" value={next} onChange={(event) => setNext(event.target.value)} />
      </Field>
      <Button type="submit" pending={pending} disabled={!current || !next} className="justify-self-start">
        Change password
      </Button>
    </form>
  );
}
