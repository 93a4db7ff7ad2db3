'use client';
import type { ServerRead } from '@toolgate/services/server/read';
import { type FormEvent, useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RelativeTime } from '@/components/ui/relative-time';
import { useAction } from '@/components/use-action';
import { removeHeaderAction, setHeaderAction } from './actions';

interface Asked {
  name: string;
  label: string;
  help: string;
  optional: boolean;
}

/** Write-only: what is stored is never shown, only replaced. */
export function ServerSecrets({
  org,
  server,
  asks,
  mayManage,
}: {
  org: string;
  server: Pick<ServerRead, 'id' | 'secrets' | 'managed'>;
  asks: Asked[];
  mayManage: boolean;
}) {
  const [editing, setEditing] = useState<{ name: string; replace: boolean } | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const missing = asks.filter((one) => !server.secrets.some((secret) => secret.name === one.name));
  return (
    <section aria-labelledby="secrets-heading" className="min-w-0">
      <div className="mb-2 flex h-7 items-center justify-between gap-3">
        <h2 id="secrets-heading" className="text-lg">
          Secrets
        </h2>
        {mayManage && server.managed === null && (
          <Button size="sm" onClick={() => setEditing({ name: '', replace: false })}>
            Add header
          </Button>
        )}
      </div>
      {server.secrets.length === 0 && missing.length === 0 ? (
        <p className="text-muted text-sm">
          {server.managed ? 'This server needs none.' : 'None: the server is called without credentials.'}
        </p>
      ) : (
        <ul className="panel divide-y divide-line text-sm">
          {server.secrets.map((secret) => (
            <li key={secret.name} className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5">
              <span className="font-medium font-mono">{secret.name}</span>
              <span className="font-mono">••••{secret.hint}</span>
              <span className="min-w-0 flex-1 text-muted text-xs">
                set by {secret.setBy} <RelativeTime at={secret.setAt.toISOString()} />
              </span>
              {mayManage && (
                <span className="flex gap-1">
                  <Button size="sm" variant="quiet" onClick={() => setEditing({ name: secret.name, replace: true })}>
                    Replace
                  </Button>
                  <Button size="sm" variant="quiet" onClick={() => setRemoving(secret.name)}>
                    Remove
                  </Button>
                </span>
              )}
            </li>
          ))}
          {missing.map((one) => (
            <li key={one.name} className="flex min-h-9 flex-wrap items-center gap-x-4 px-3 py-1.5">
              <span className="font-medium font-mono">{one.name}</span>
              <span className="flex-1 text-muted">{one.optional ? 'not set, optional' : 'not set'}</span>
              {mayManage && (
                <Button size="sm" onClick={() => setEditing({ name: one.name, replace: true })}>
                  Set
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {editing && (
        <SecretDialog
          org={org}
          serverId={server.id}
          editing={editing}
          asked={asks.find((one) => one.name === editing.name)}
          onClose={() => setEditing(null)}
        />
      )}
      {removing !== null && <RemoveDialog org={org} serverId={server.id} name={removing} onClose={() => setRemoving(null)} />}
    </section>
  );
}

function SecretDialog({
  org,
  serverId,
  editing,
  asked,
  onClose,
}: {
  org: string;
  serverId: string;
  editing: { name: string; replace: boolean };
  asked: Asked | undefined;
  onClose(): void;
}) {
  const [name, setName] = useState(editing.name);
  const [value, setValue] = useState('');
  const { run, pending, refusal, fields } = useAction(setHeaderAction, {
    onDone: () => {
      notify('Secret stored', { description: 'The server’s tools are being listed with it.' });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(org, { serverId, name, value });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={editing.replace ? `Replace ${name}` : 'Add a secret header'}
      description="It is sealed when stored, and never shown again."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="secret" variant="primary" pending={pending}>
            Store secret
          </Button>
        </>
      }
    >
      <form id="secret" onSubmit={submit} className="grid gap-4" noValidate>
        {refusal && !refusal.fields && <Callout tone="denied">{refusal.message}</Callout>}
        {!editing.replace && (
          <Field label="Header" error={fields.name} required>
            <Input mono value={name} placeholder="Authorization" onChange={(event) => setName(event.target.value)} />
          </Field>
        )}
        <Field
          label={asked?.label ?? 'Value'}
          help={asked?.help}
          error={fields.value ?? (editing.replace ? fields.name : undefined)}
          required
        >
          <Input mono type="password" autoComplete="off" value={value} onChange={(event) => setValue(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

function RemoveDialog({ org, serverId, name, onClose }: { org: string; serverId: string; name: string; onClose(): void }) {
  const { run, pending, refusal } = useAction(removeHeaderAction, { onDone: onClose });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${name}?`}
      verb="Remove secret"
      pending={pending}
      error={refusal?.message}
      onConfirm={() => run(org, { serverId, name })}
    >
      <p>The value cannot be brought back. The server is called without it from the next call on.</p>
    </ConfirmDialog>
  );
}
