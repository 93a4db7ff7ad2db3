'use client';
import type { PolicyConcurrency } from '@toolgate/policy/document';
import { setConcurrency } from '@toolgate/policy/edit-limit';
import { InlineSelect } from './inline-select.tsx';
import { SCOPES } from './limit-sentence.tsx';
import type { Edit } from './rule-form/edit.ts';
import { readWhole } from './rule-form/read-typed.ts';
import { TypedInput } from './rule-form/typed-input.tsx';

interface Props {
  /** The tool or pattern that is limited: part of the labels. */
  who: string;
  limit: PolicyConcurrency;
  disabled: boolean;
  onEdit: Edit;
}

/** "at most [4] calls at once per [grant]", each part of it to be changed in its place. */
export function ConcurrencySentence({ who, limit: { pointer, concurrency, scope }, disabled, onEdit }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-x-1.5 gap-y-1 text-sm">
      at most
      <TypedInput
        narrow
        numeric
        label={`Most calls of ${who} at once`}
        written={String(concurrency)}
        read={readWhole(1, 10_000)}
        disabled={disabled}
        onChange={(next) => onEdit((source) => setConcurrency(source, pointer, { concurrency: next }), `${pointer} max`)}
      />
      calls at once per
      <InlineSelect
        label={`Who shares the calls of ${who} at once`}
        value={scope}
        disabled={disabled}
        options={SCOPES.map((value) => ({ value, label: value }))}
        onChange={(next) => onEdit((source) => setConcurrency(source, pointer, { scope: next }))}
      />
    </div>
  );
}
