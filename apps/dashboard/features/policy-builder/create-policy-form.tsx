'use client';
import type { Category } from '@toolgate/catalogue/category';
import { useRouter } from 'next/navigation';
import { useId, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Textarea } from '@/components/ui/textarea';
import { useAction } from '@/components/use-action';
import { createPolicyAction } from './actions.ts';
import { readStart, type Start, startSource } from './policy-start.ts';
import { PolicySummary } from './policy-summary.tsx';

interface Props {
  organization: string;
  servers: { id: string; name: string; tools: { name: string; category: Category }[] }[];
  chosen: string | null;
}

/** Two fields, and a preview of what the policy will say. */
export function CreatePolicyForm({ organization, servers, chosen }: Props) {
  const router = useRouter();
  const errorId = useId();
  const [name, setName] = useState('');
  const [start, setStart] = useState<Start>(servers.length > 0 ? 'recommended' : 'deny');
  const [server, setServer] = useState(chosen ?? '');
  const [pasted, setPasted] = useState('');
  const tools = servers.find(({ id }) => id === server)?.tools;
  const source = useMemo(() => startSource(start, { tools: tools ?? [], pasted }), [start, tools, pasted]);
  const read = useMemo(() => readStart(source), [source]);
  const create = useAction(createPolicyAction, {
    onDone: ({ slug }) => router.push(`/${organization}/policies/${slug}${start === 'recommended' && server ? `?server=${server}` : ''}`),
  });
  const problem = start === 'paste' && pasted.trim() !== '' && !read.ok ? read.message : null;
  return (
    <form action={() => create.run(organization, { name, source })} className="grid gap-5">
      {create.refusal && !create.fields.name && <Callout tone="denied">{create.refusal.message}</Callout>}
      <Field label="Name" required error={create.fields.name}>
        <Input value={name} required maxLength={100} placeholder="Agents" onChange={(event) => setName(event.target.value)} />
      </Field>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 font-medium text-sm">Start from</legend>
        <Choice
          value="recommended"
          start={start}
          onStart={setStart}
          disabled={servers.length === 0}
          title="What is recommended for a server"
        >
          {servers.length === 0
            ? 'Add a server first.'
            : 'Reading is allowed, changes are limited, what deletes is hidden, what costs money is denied.'}
        </Choice>
        <Choice value="deny" start={start} onStart={setStart} title="Deny everything">
          Then allow tool by tool.
        </Choice>
        <Choice value="paste" start={start} onStart={setStart} title="Paste JSON">
          A policy document you have, older dialects too.
        </Choice>
      </fieldset>
      {start === 'recommended' && (
        <Field label="Server">
          <Select value={server} onChange={(event) => setServer(event.target.value)}>
            {servers.map(({ id, name: label, tools: known }) => (
              <option key={id} value={id}>
                {label} ({known.length} {known.length === 1 ? 'tool' : 'tools'})
              </option>
            ))}
          </Select>
        </Field>
      )}
      {start === 'paste' && (
        <Field label="Policy document" error={problem}>
          <Textarea
            mono
            rows={8}
            spellCheck={false}
            value={pasted}
            placeholder='{"version":"1","default":"deny","tools":{}}'
            onChange={(event) => setPasted(event.target.value)}
          />
        </Field>
      )}
      {read.ok && <PolicySummary document={read.document} conversions={read.conversions} />}
      <div>
        <Button type="submit" variant="primary" pending={create.pending} disabled={!read.ok} aria-describedby={errorId}>
          Create policy
        </Button>
        {!read.ok && (
          <p id={errorId} className="mt-1 text-muted text-xs">
            {start === 'paste' && pasted.trim() === '' ? 'Paste a document first.' : 'The document has to be readable first.'}
          </p>
        )}
      </div>
    </form>
  );
}

function Choice({
  value,
  start,
  onStart,
  title,
  disabled = false,
  children,
}: {
  value: Start;
  start: Start;
  onStart(start: Start): void;
  title: string;
  disabled?: boolean;
  children: React.ReactNode;
}) {
  return (
    <label className="panel flex items-start gap-3 px-3 py-2.5 has-checked:border-accent has-disabled:text-muted">
      <input
        type="radio"
        name="start"
        className="mt-1 accent-accent"
        checked={start === value}
        disabled={disabled}
        onChange={() => onStart(value)}
      />
      <span>
        <span className="block font-medium">{title}</span>
        <span className="block text-muted text-sm">{children}</span>
      </span>
    </label>
  );
}
