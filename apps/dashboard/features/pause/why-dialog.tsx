'use client';
import { type FormEvent, useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useAction } from '@/components/use-action';
import { sayWhyAction } from './actions';
import type { Paused } from './paused-banner';

const FORM = 'why-paused';

/** Pausing is one press; why can be said afterwards, for everybody who sees the banner. */
export function WhyDialog({ org, one, onClose }: { org: string; one: Paused; onClose(): void }) {
  const [reason, setReason] = useState(one.reason ?? '');
  const { run, pending, refusal, fields } = useAction(sayWhyAction, {
    onDone: () => {
      onClose();
      notify('Reason saved');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) run(org, one.kind, one.id, reason);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Why is it paused?"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={FORM} variant="primary" pending={pending}>
            Save reason
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit}>
        <Field
          label="Reason"
          help="Everybody in the organization reads it, and so do the agents whose calls are denied."
          error={fields.reason ?? refusal?.message}
          required
        >
          <Input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={200} autoComplete="off" />
        </Field>
      </form>
    </Dialog>
  );
}
