'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { Select } from '@/components/ui/select';
import { useAction } from '@/components/use-action';
import { createGrantAction } from './actions';
import { asGrantServers, type Chosen, type PolicyOption, ServerChoice, type ServerOption } from './server-choice';
import { TokenDialog } from './token-dialog';

const KINDS = [
  { value: 'agent', label: 'Agent' },
  { value: 'person', label: 'Person' },
  { value: 'ci', label: 'CI job' },
] as const;

export interface NewGrantProps {
  org: string;
  servers: ServerOption[];
  policies: PolicyOption[];
  /** Ticked at first. */
  initial: Chosen;
}

/** Two things to decide: a name, and what it reaches. The token is shown once, afterwards. */
export function NewGrant({ org, servers, policies, initial }: NewGrantProps) {
  const router = useRouter();
  const [label, setLabel] = useState('');
  const [kind, setKind] = useState<(typeof KINDS)[number]['value']>('agent');
  const [days, setDays] = useState('');
  const [chosen, setChosen] = useState<Chosen>(initial);
  const [made, setMade] = useState<{ id: string; token: string } | null>(null);
  const { run, pending, refusal, fields } = useAction(createGrantAction, { onDone: setMade });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expiresAt = days ? new Date(Date.now() + Number(days) * 86_400_000) : null;
    if (!made) run(org, { label, kind, servers: asGrantServers(chosen), expiresAt });
  };
  return (
    <form onSubmit={submit} className="grid max-w-160 gap-5" noValidate>
      {refusal && Object.keys(fields).length === 0 && <Callout tone="denied">{refusal.message}</Callout>}
      <Field label="Label" help="What you will recognise it by in the audit log." error={fields.label} required>
        <Input value={label} placeholder="cursor-laptop" autoFocus onChange={(event) => setLabel(event.target.value)} />
      </Field>
      <div className="flex flex-wrap gap-x-8 gap-y-4">
        <div className="grid gap-1.5">
          <span className="font-medium text-sm">Who or what uses it</span>
          <SegmentedControl label="Who or what uses it" value={kind} options={KINDS} onChange={setKind} />
        </div>
        <div className="w-44">
          <Field label="Expires" error={fields.expiresAt}>
            <Select value={days} onChange={(event) => setDays(event.target.value)}>
              <option value="">Never</option>
              <option value="1">In a day</option>
              <option value="30">In 30 days</option>
              <option value="90">In 90 days</option>
              <option value="365">In a year</option>
            </Select>
          </Field>
        </div>
      </div>
      <ServerChoice org={org} servers={servers} policies={policies} chosen={chosen} onChange={setChosen} error={fields.servers} />
      <Button type="submit" variant="primary" pending={pending} className="justify-self-start">
        Create grant
      </Button>
      {made && (
        <TokenDialog
          org={org}
          label={label}
          token={made.token}
          doneLabel="Continue to connect"
          onDone={() => router.push(`/${org}/grants/${made.id}`)}
        />
      )}
    </form>
  );
}
