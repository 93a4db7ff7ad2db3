'use client';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useAction } from '@/components/use-action';
import { denyAction } from './actions';

/** The reason is what the agent reads, so it has to be there. */
export function DenyForm({ org, approvalId, onClose }: { org: string; approvalId: string; onClose(): void }) {
  const [reason, setReason] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const { run, pending, refusal, fields } = useAction(denyAction, { onDone: () => notify('Call denied') });
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) run(org, approvalId, reason);
  };
  return (
    <form ref={form} onSubmit={submit} onKeyDown={(event) => event.key === 'Escape' && onClose()} className="grid gap-3">
      <Field
        label="Why not?"
        help="The agent reads this: say what it should do instead."
        error={fields.reason ?? (refusal ? refusal.message : null)}
        required
      >
        <Input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} autoComplete="off" />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="danger" pending={pending} className="coarse:min-h-11">
          Deny call
        </Button>
        <Button onClick={onClose} className="coarse:min-h-11">
          Cancel
        </Button>
      </div>
    </form>
  );
}
