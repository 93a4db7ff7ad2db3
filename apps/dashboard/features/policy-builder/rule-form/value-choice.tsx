'use client';
import { OPERATOR_WORDS } from '@toolgate/policy/explain';
import { Checkbox } from '@/components/ui/checkbox';
import { InlineSelect } from '../inline-select.tsx';
import type { ValueFieldProps } from './value-field-props.ts';

/** One of a few values; what is written stays among them even if the schema does not know it. */
export function ValueChoice({
  label,
  value,
  disabled,
  onChange,
  options,
  words,
}: ValueFieldProps & { options: readonly unknown[]; words(value: unknown): string }) {
  const texts = options.map((option) => JSON.stringify(option));
  const written = JSON.stringify(value);
  const all = texts.includes(written) ? texts : [written, ...texts];
  return (
    <InlineSelect
      label={label}
      value={written}
      disabled={disabled}
      options={all.map((text) => ({ value: text, label: words(JSON.parse(text)) }))}
      onChange={(text) => onChange(JSON.parse(text))}
    />
  );
}

/** Several of the values that the schema names. */
export function ValueChoices({ label, op, value, disabled, onChange, choices }: ValueFieldProps & { choices: readonly unknown[] }) {
  const chosen = (Array.isArray(value) ? value : [value]).map((one) => JSON.stringify(one));
  const all = [...new Set([...choices.map((one) => JSON.stringify(one)), ...chosen])];
  return (
    <fieldset className="flex min-w-0 flex-1 basis-40 flex-wrap gap-x-3 gap-y-1 text-sm">
      <legend className="sr-only">
        {label} {OPERATOR_WORDS[op]}
      </legend>
      {all.map((text) => (
        <Checkbox
          key={text}
          checked={chosen.includes(text)}
          // An empty list would hold for nothing, or for everything.
          disabled={disabled || (chosen.length === 1 && chosen.includes(text))}
          onChange={(event) =>
            onChange(all.filter((one) => (one === text ? event.target.checked : chosen.includes(one))).map((one) => JSON.parse(one)))
          }
        >
          {wordOf(JSON.parse(text))}
        </Checkbox>
      ))}
    </fieldset>
  );
}

export const wordOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
