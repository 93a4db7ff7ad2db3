'use client';
import type { PolicyCondition } from '@toolgate/policy/document';
import type { ConditionText } from '@toolgate/policy/edit-entry';
import { OPERATOR_WORDS } from '@toolgate/policy/explain';
import { OPERATORS, type Operator } from '@toolgate/policy/operator';
import { Trash2 } from 'lucide-react';
import { IconButton } from '@/components/ui/icon-button';
import { FACTS, type ToolArgument } from '../argument-paths.ts';
import { InlineSelect } from '../inline-select.tsx';
import { fittingValue } from './condition-value.ts';
import { ConditionValueField } from './condition-value-field.tsx';
import { readPath } from './read-typed.ts';
import { TypedInput } from './typed-input.tsx';

interface Props {
  /** What it is of, for the labels: `run, condition 1`. */
  label: string;
  condition: PolicyCondition;
  /** What `[*]` means here when nothing is said. */
  quantifier: 'every' | 'some';
  args: readonly ToolArgument[];
  disabled: boolean;
  onChange(condition: ConditionText): void;
  onRemove(): void;
}

/** `args.amount` `is more than` `100`: each part of it to be changed in its place. */
export function ConditionRow({ label, condition, quantifier, args, disabled, onChange, onRemove }: Props) {
  const { path, op, value, match } = condition;
  const known = [...args, ...FACTS];
  const argument = known.find((one) => one.path === path) ?? null;
  const said: ConditionText = { path, op, value, match: match ?? undefined };
  return (
    <div className="flex flex-wrap items-start gap-1.5 text-sm">
      {path.includes('[*]') && (
        <InlineSelect
          label={`How many values of ${label}`}
          value={match ?? quantifier}
          disabled={disabled}
          options={[
            { value: 'every', label: 'every' },
            { value: 'some', label: 'any' },
          ]}
          onChange={(next) => onChange({ ...said, match: next === quantifier ? undefined : next })}
        />
      )}
      <TypedInput
        label={`What ${label} looks at`}
        mono
        written={path}
        read={readPath}
        suggestions={known.map((one) => one.path)}
        disabled={disabled}
        onChange={(next) => onChange({ ...said, path: next, match: next.includes('[*]') ? said.match : undefined })}
      />
      <InlineSelect<Operator>
        label={`Operator of ${label}`}
        value={op}
        disabled={disabled}
        options={OPERATORS.map((one) => ({ value: one, label: OPERATOR_WORDS[one] }))}
        onChange={(next) => onChange({ ...said, op: next, value: fittingValue(next, argument, value, op) })}
      />
      <ConditionValueField
        key={op}
        label={`Value of ${label}`}
        op={op}
        value={value}
        argument={argument}
        disabled={disabled}
        onChange={(next) => onChange({ ...said, value: next })}
      />
      <IconButton label={`Remove ${label}`} disabled={disabled} onClick={onRemove} className="ml-auto">
        <Trash2 />
      </IconButton>
    </div>
  );
}
