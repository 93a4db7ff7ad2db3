'use client';
import type { Refusal } from '@toolgate/services/refusal';
import { Plus, Trash2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import type { Candidate } from './candidate';
import type { ManagedChoice } from './managed-choices';

export interface CandidateCardProps {
  candidate: Candidate;
  managed: ManagedChoice[];
  refusal: Refusal | null;
  onChange(candidate: Candidate): void;
  onRemove: (() => void) | null;
}

/** What was understood of one server, to be checked and completed. */
export function CandidateCard({ candidate, managed, refusal, onChange, onRemove }: CandidateCardProps) {
  const { target } = candidate;
  const choice = 'managed' in target ? managed.find((one) => one.name === target.managed) : undefined;
  const fields = refusal?.fields ?? {};
  return (
    <fieldset className="panel grid gap-4 p-4">
      <legend className="sr-only">{candidate.name}</legend>
      <div className="flex items-start justify-between gap-3">
        <p className="min-w-0 text-sm">
          {'url' in target ? (
            <>
              <span className="text-muted">Streamable HTTP at </span>
              <span className="break-all font-mono">{target.url}</span>
            </>
          ) : (
            <>
              <span className="font-medium">Run by Toolgate.</span> <span className="text-muted">{choice?.description}</span>
            </>
          )}
        </p>
        {onRemove && (
          <IconButton label={`Leave out ${candidate.name}`} onClick={onRemove}>
            <Trash2 />
          </IconButton>
        )}
      </div>
      {refusal && <Callout tone="denied">{refusal.message}</Callout>}
      <Field label="Name" error={fields.name}>
        <Input value={candidate.name} onChange={(event) => onChange({ ...candidate, name: event.target.value })} />
      </Field>
      {choice ? (
        <ManagedSecrets candidate={candidate} choice={choice} fields={fields} onChange={onChange} />
      ) : (
        <Headers candidate={candidate} fields={fields} onChange={onChange} />
      )}
    </fieldset>
  );
}

type PartProps = Pick<CandidateCardProps, 'candidate' | 'onChange'> & { fields: Record<string, string> };

function ManagedSecrets({ candidate, choice, fields, onChange }: PartProps & { choice: ManagedChoice }) {
  return choice.secrets.map((secret) => {
    const index = candidate.headers.findIndex((one) => one.name === secret.name);
    const set = (value: string) =>
      onChange({ ...candidate, headers: [...candidate.headers.filter((one) => one.name !== secret.name), { name: secret.name, value }] });
    return (
      <Field
        key={secret.name}
        label={secret.label}
        help={secret.help}
        error={fields[`headers.${index}.value`] ?? fields[secret.name]}
        required={!secret.optional}
      >
        <Input
          mono
          type="password"
          autoComplete="off"
          value={candidate.headers[index]?.value ?? ''}
          onChange={(event) => set(event.target.value)}
        />
      </Field>
    );
  });
}

function Headers({ candidate, fields, onChange }: PartProps) {
  const { headers } = candidate;
  const set = (index: number, part: Partial<Candidate['headers'][number]>) =>
    onChange({ ...candidate, headers: headers.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  return (
    <div className="grid gap-3">
      {headers.map((header, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header has no other identity while it is being named.
        <div key={index} className="grid grid-cols-[2fr_3fr_auto] items-start gap-2">
          <Field label="Header" error={fields[`headers.${index}.name`]}>
            <Input mono value={header.name} placeholder="Authorization" onChange={(event) => set(index, { name: event.target.value })} />
          </Field>
          <Field label="Value" error={fields[`headers.${index}.value`]}>
            <Input
              mono
              type="password"
              autoComplete="off"
              value={header.value}
              onChange={(event) => set(index, { value: event.target.value })}
            />
          </Field>
          <IconButton
            label={`Remove header ${header.name || index + 1}`}
            className="mt-6.5"
            onClick={() => onChange({ ...candidate, headers: headers.filter((_, at) => at !== index) })}
          >
            <Trash2 />
          </IconButton>
        </div>
      ))}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button
          size="sm"
          variant="quiet"
          className="-ml-2.5"
          onClick={() => onChange({ ...candidate, headers: [...headers, { name: headers.length ? '' : 'Authorization', value: '' }] })}
        >
          <Plus /> Secret header
        </Button>
        <span className="text-muted text-xs">Sealed when stored, sent to this server only, never shown again.</span>
      </div>
    </div>
  );
}
