'use client';
import type { SinkRead } from '@toolgate/services/audit/sink-read';
import { type FormEvent, useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Checkbox } from '@/components/ui/checkbox';
import { CodeBlock } from '@/components/ui/code-block';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { useAction } from '@/components/use-action';
import { changeSinkAction, createSinkAction } from './actions';
import { SINKS, type SinkKind } from './sink-words';

/** Adds a sink, or changes one; a webhook's new signing secret is shown once. */
export function SinkDialog({ org, sink, onClose }: { org: string; sink: SinkRead | null; onClose(): void }) {
  const [kind, setKind] = useState<SinkKind>(sink?.kind ?? 'webhook');
  const [given, setGiven] = useState({ name: sink?.name ?? '', url: sink?.url ?? '', headerName: sink?.headerName ?? '', secret: '' });
  const [fromBeginning, setFromBeginning] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const create = useAction(createSinkAction, {
    onDone: ({ secret }) => {
      notify('Sink added');
      if (secret === null) onClose();
      else setShown(secret);
    },
  });
  const change = useAction(changeSinkAction, {
    onDone: () => {
      notify('Sink changed');
      onClose();
    },
  });
  const { pending, refusal, fields } = sink ? change : create;
  const words = SINKS[kind];
  const set = (field: keyof typeof given) => (event: { target: { value: string } }) => setGiven({ ...given, [field]: event.target.value });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, url, headerName, secret } = given;
    const optional = { ...(kind === 'otlp' && headerName ? { headerName } : {}), ...(secret ? { secret } : {}) };
    if (sink) change.run(org, { sinkId: sink.id, name, url, ...optional });
    else create.run(org, { name, kind, url, fromBeginning, ...optional });
  };
  if (shown !== null)
    return (
      <Dialog
        open
        insistent
        onOpenChange={() => {}}
        title="The signing secret"
        description="It is shown this once. The receiver checks the webhook-signature header with it."
        footer={
          <Button variant="primary" onClick={onClose}>
            I have stored it
          </Button>
        }
      >
        <CodeBlock code={shown} copyLabel="Copy signing secret" wrap />
      </Dialog>
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={sink ? `Change ${sink.name}` : 'Add sink'}
      description={words.help}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="sink" pending={pending}>
            {sink ? 'Save sink' : 'Add sink'}
          </Button>
        </>
      }
    >
      <form id="sink" onSubmit={submit} className="grid gap-4" noValidate>
        {refusal && Object.keys(fields).length === 0 && <Callout tone="denied">{refusal.message}</Callout>}
        {!sink && (
          <Field label="Kind">
            <Select value={kind} onChange={(event) => setKind(event.target.value as SinkKind)}>
              {Object.entries(SINKS).map(([value, { name }]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <Field label="Name" error={fields.name}>
          <Input value={given.name} onChange={set('name')} placeholder="Security team" />
        </Field>
        <Field label="Address" error={fields.url}>
          <Input mono value={given.url} onChange={set('url')} placeholder={words.example} />
        </Field>
        {kind === 'otlp' && (
          <Field label="Header" error={fields.headerName}>
            <Input mono value={given.headerName} onChange={set('headerName')} placeholder="Authorization" />
          </Field>
        )}
        {words.secret && (
          <Field
            label={words.secret.label}
            error={fields.secret}
            help={sink?.hint != null ? `Stored: ••••${sink.hint}. Leave it empty to keep it.` : words.secret.help}
          >
            <Input mono type="password" autoComplete="off" value={given.secret} onChange={set('secret')} />
          </Field>
        )}
        {!sink && (
          <Checkbox checked={fromBeginning} onChange={(event) => setFromBeginning(event.target.checked)}>
            Send what is in the log already, too
          </Checkbox>
        )}
      </form>
    </Dialog>
  );
}
