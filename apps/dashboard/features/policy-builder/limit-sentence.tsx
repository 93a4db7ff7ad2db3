'use client';
import type { PolicyLimit, PolicyScope } from '@toolgate/policy/document';
import { describeMicros, toMicros } from '@toolgate/policy/micros';
import { describeWindow, WINDOW_NAMES, writeWindow } from '@toolgate/policy/window';
import { useEffect, useId, useState } from 'react';
import { InlineSelect } from './inline-select.tsx';

interface Props {
  /** The tool or pattern that is limited: part of the labels. */
  name: string;
  limit: PolicyLimit;
  disabled: boolean;
  onChange(change: { max?: number; window?: string | number; scope?: PolicyScope }): void;
}

const SCOPES: readonly PolicyScope[] = ['grant', 'server', 'organization'];

/** "at most [30] calls per [minute] per [grant]", each part of it to be changed in its place. */
export function LimitSentence({ name, limit, disabled, onChange }: Props) {
  const window = writeWindow(limit.windowMs);
  const windows = WINDOW_NAMES.includes(String(window)) ? WINDOW_NAMES : [String(window), ...WINDOW_NAMES];
  return (
    <div className="flex flex-wrap items-center gap-x-1.5 gap-y-1 text-sm">
      at most
      <MaxInput name={name} limit={limit} disabled={disabled} onChange={(max) => onChange({ max })} />
      {limit.by === null ? (
        'calls'
      ) : (
        <>
          of <code className="font-mono text-xs">{limit.by}</code>
        </>
      )}{' '}
      per
      <InlineSelect
        label={`Window of the limit of ${name}`}
        value={String(window)}
        disabled={disabled}
        options={windows.map((value) => ({ value, label: WINDOW_NAMES.includes(value) ? value : describeWindow(limit.windowMs) }))}
        onChange={(value) => onChange({ window: WINDOW_NAMES.includes(value) ? value : window })}
      />
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

/** Keeps what is typed until it is a number that the language takes. */
function MaxInput({ name, limit, disabled, onChange }: Omit<Props, 'onChange'> & { onChange(max: number): void }) {
  const written = describeMicros(limit.maxMicros);
  const [text, setText] = useState(written);
  const errorId = useId();
  useEffect(() => setText(written), [written]);
  const problem = maxProblem(text, limit.by !== null);
  return (
    <>
      <input
        inputMode={limit.by === null ? 'numeric' : 'decimal'}
        aria-label={`Most ${limit.by === null ? 'calls' : limit.by} of ${name}`}
        aria-invalid={problem !== null}
        aria-describedby={problem ? errorId : undefined}
        disabled={disabled}
        value={text}
        maxLength={12}
        onChange={(event) => {
          setText(event.target.value);
          if (maxProblem(event.target.value, limit.by !== null) === null) onChange(Number(event.target.value));
        }}
        onBlur={() => problem && setText(written)}
        style={{ width: `${Math.max(text.length, 2) + 2.5}ch` }}
        className="control h-6 px-1.5 py-0 text-right text-sm coarse:h-9"
      />
      {problem && (
        <span id={errorId} role="alert" className="text-denied text-xs">
          {problem}
        </span>
      )}
    </>
  );
}

function maxProblem(text: string, decimal: boolean): string | null {
  if (!/^\d+(\.\d+)?$/.test(text)) return 'a number from 0';
  const read = toMicros(Number(text));
  if (!read.ok) return `this ${read.problem}`;
  return decimal || Number.isInteger(Number(text)) ? null : 'a whole number';
}
