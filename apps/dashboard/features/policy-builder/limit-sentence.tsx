'use client';
import type { PolicyLimit, PolicyScope } from '@toolgate/policy/document';
import type { LimitMembers } from '@toolgate/policy/edit-limit';
import { describeMicros } from '@toolgate/policy/micros';
import { describeWindow, WINDOW_NAMES, writeWindow } from '@toolgate/policy/window';
import { useState } from 'react';
import { InlineSelect } from './inline-select.tsx';
import { readAmountPath, readMax, readWindow } from './rule-form/read-typed.ts';
import { TypedInput } from './rule-form/typed-input.tsx';

interface Props {
  /** The tool or pattern that is limited: part of the labels. */
  name: string;
  limit: PolicyLimit;
  /** Paths of arguments that can be added up. */
  amounts: readonly string[];
  disabled: boolean;
  onChange(change: LimitMembers): void;
}

export const SCOPES: readonly PolicyScope[] = ['grant', 'server', 'organization'];

/** "at most [30] [calls] per [minute] per [grant]", each part of it to be changed in its place. */
export function LimitSentence({ name, limit, amounts, disabled, onChange }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-x-1.5 gap-y-1 text-sm">
      at most
      <TypedInput
        narrow
        numeric
        label={`Most ${limit.by === null ? 'calls' : limit.by} of ${name}`}
        written={describeMicros(limit.maxMicros)}
        read={readMax(limit.by !== null)}
        disabled={disabled}
        onChange={(max) => onChange({ max })}
      />
      <AmountChoice name={name} limit={limit} amounts={amounts} disabled={disabled} onChange={onChange} />
      per
      <WindowChoice name={name} limit={limit} disabled={disabled} onChange={onChange} />
      per
      <InlineSelect
        label={`Who shares the limit of ${name}`}
        value={limit.scope}
        disabled={disabled}
        options={SCOPES.map((value) => ({ value, label: value }))}
        onChange={(scope) => onChange({ scope })}
      />
    </div>
  );
}

const OTHER = ' other';

/** Calls are counted, or an argument is added up. */
function AmountChoice({ name, limit, amounts, disabled, onChange }: Props) {
  const [other, setOther] = useState(false);
  const choices = [...new Set([...amounts, ...(limit.by === null ? [] : [limit.by])])];
  return (
    <>
      <InlineSelect
        label={`What the limit of ${name} counts`}
        value={other ? OTHER : (limit.by ?? '')}
        disabled={disabled}
        options={[
          { value: '', label: 'calls' },
          ...choices.map((path) => ({ value: path, label: `of ${path}` })),
          { value: OTHER, label: 'of another argument …' },
        ]}
        onChange={(value) => {
          setOther(value === OTHER);
          if (value === '') onChange({ by: null, ...(Number.isInteger(limit.max) ? {} : { max: Math.ceil(limit.max) }) });
          else if (value !== OTHER) onChange({ by: value });
        }}
      />
      {other && (
        <TypedInput
          narrow
          mono
          label={`Argument that the limit of ${name} adds up`}
          written={limit.by ?? 'args.'}
          read={readAmountPath}
          disabled={disabled}
          onChange={(by) => onChange({ by })}
        />
      )}
    </>
  );
}

function WindowChoice({ name, limit, disabled, onChange }: Omit<Props, 'amounts'>) {
  const [other, setOther] = useState(false);
  const window = String(writeWindow(limit.windowMs));
  const windows = WINDOW_NAMES.includes(window) ? WINDOW_NAMES : [window, ...WINDOW_NAMES];
  return (
    <>
      <InlineSelect
        label={`Window of the limit of ${name}`}
        value={other ? OTHER : window}
        disabled={disabled}
        options={[
          ...windows.map((value) => ({ value, label: WINDOW_NAMES.includes(value) ? value : describeWindow(limit.windowMs) })),
          { value: OTHER, label: 'another …' },
        ]}
        onChange={(value) => {
          setOther(value === OTHER);
          if (WINDOW_NAMES.includes(value)) onChange({ window: value });
        }}
      />
      {other && (
        <TypedInput
          narrow
          label={`Length of the window of ${name}`}
          written={window}
          read={readWindow}
          disabled={disabled}
          onChange={(next) => onChange({ window: next })}
        />
      )}
    </>
  );
}
