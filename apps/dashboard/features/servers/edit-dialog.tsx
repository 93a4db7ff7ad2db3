'use client';
import { type FormEvent, useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useAction } from '@/components/use-action';
import { renameServerAction, setUrlAction } from './actions';

export type Editable = 'name' | 'url';

/** Changes the name, or the address of a server that is reached by one. */
export function EditDialog({
  org,
  server,
  what,
  onClose,
}: {
  org: string;
  server: { id: string; name: string; slug: string; url: string | null };
  what: Editable;
  onClose(): void;
}) {
  const [value, setValue] = useState((what === 'name' ? server.name : server.url) ?? '');
  const save = async (text: string) =>
    what === 'name' ? renameServerAction(org, { serverId: server.id, name: text }) : setUrlAction(org, { serverId: server.id, url: text });
  const { run, pending, refusal, fields } = useAction(save, {
    onDone: () => {
      notify(
        what === 'name' ? 'Server renamed' : 'Address changed',
        what === 'url' ? { description: 'Tools that differ there wait for your review.' } : {},
      );
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(value);
  };
  const verb = what === 'name' ? 'Rename server' : 'Change address';
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={verb}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="edit-server" variant="primary" pending={pending}>
            {verb}
          </Button>
        </>
      }
    >
      <form id="edit-server" onSubmit={submit} className="grid gap-3" noValidate>
        {refusal && !fields[what] && <Callout tone="denied">{refusal.message}</Callout>}
        <Field
          label={what === 'name' ? 'Name' : 'Address'}
          error={fields[what]}
          help={
            what === 'name'
              ? `Its address through the gateway stays: …/${server.slug}/mcp.`
              : 'At another host, secret headers are removed: set them again there.'
          }
        >
          <Input mono={what === 'url'} value={value} onChange={(event) => setValue(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
