'use client';
import { useState } from 'react';
import { Field } from '@/components/ui/field';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { Textarea } from '@/components/ui/textarea';
import { type ArgumentField, argumentFields, readArguments, withArgument } from './argument-fields.ts';
import { InlineSelect } from './inline-select.tsx';
import { TypedInput } from './rule-form/typed-input.tsx';
import type { Typed } from './rule-form/use-typed.ts';

interface Props {
  /** JSON. */
  text: string;
  inputSchema: unknown;
  problem: string | null;
  onChange(text: string): void;
}

type Way = 'form' | 'json';
const WAYS: readonly { value: Way; label: string }[] = [
  { value: 'form', label: 'Form' },
  { value: 'json', label: 'JSON' },
];

/** The arguments of a call: fields as the tool's schema has them, or the JSON itself. */
export function ArgumentsEditor({ text, inputSchema, problem, onChange }: Props) {
  const [way, setWay] = useState<Way>('json');
  const fields = argumentFields(inputSchema);
  const args = readArguments(text);
  const asForm = way === 'form' && args !== null && fields.length > 0;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      {fields.length > 0 && (
        <SegmentedControl<Way>
          label="Arguments as"
          size="sm"
          value={asForm ? 'form' : 'json'}
          onChange={setWay}
          options={WAYS}
          className="w-fit"
        />
      )}
      {asForm ? (
        // biome-ignore lint/a11y/useSemanticElements: what a legend would say is in the control above.
        <div role="group" aria-label="Arguments" className="grid gap-2">
          {fields.map((field) => (
            <ArgumentInput
              key={field.name}
              field={field}
              value={args[field.name]}
              onChange={(value) => onChange(JSON.stringify(withArgument(args, field.name, value), null, 2))}
            />
          ))}
        </div>
      ) : (
        <Field label="Arguments (JSON)" error={problem}>
          <Textarea mono rows={5} spellCheck={false} value={text} onChange={(event) => onChange(event.target.value)} />
        </Field>
      )}
    </div>
  );
}

function ArgumentInput({ field, value, onChange }: { field: ArgumentField; value: unknown; onChange(value: unknown): void }) {
  const { name, kind, required, choices, description } = field;
  const options = kind === 'boolean' ? [true, false] : choices;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm" title={description}>
      <span className="w-40 break-all font-mono text-xs">
        {name}
        {required && <span className="text-muted"> (required)</span>}
      </span>
      {options.length > 0 ? (
        <InlineSelect
          label={name}
          value={value === undefined ? '' : JSON.stringify(value)}
          options={[
            { value: '', label: 'left out' },
            ...[...new Set([...options, ...(value === undefined ? [] : [value])].map((one) => JSON.stringify(one)))].map((one) => ({
              value: one,
              label: one.replace(/^"(.*)"$/, '$1'),
            })),
          ]}
          onChange={(one) => onChange(one === '' ? undefined : JSON.parse(one))}
        />
      ) : (
        <TypedInput
          label={name}
          mono={kind === 'json'}
          written={value === undefined ? '' : kind === 'text' && typeof value === 'string' ? value : JSON.stringify(value)}
          read={(text) => readField(kind, text)}
          placeholder="left out"
          disabled={false}
          onChange={onChange}
        />
      )}
    </div>
  );
}

/** Nothing typed leaves the argument out. */
function readField(kind: ArgumentField['kind'], text: string): Typed<unknown> {
  if (text === '') return { ok: true, value: undefined };
  if (kind === 'text') return { ok: true, value: text };
  try {
    const value: unknown = JSON.parse(text);
    return kind !== 'number' || typeof value === 'number' ? { ok: true, value } : { ok: false, problem: 'a number' };
  } catch {
    return { ok: false, problem: kind === 'number' ? 'a number' : 'JSON, such as ["a"] or {"b": 1}' };
  }
}
