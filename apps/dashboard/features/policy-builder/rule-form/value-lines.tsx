'use client';
import { useId } from 'react';
import { readLines, type ValueKind, writeValue } from './condition-value.ts';
import { useTyped } from './use-typed.ts';
import type { ValueFieldProps } from './value-field-props.ts';

/** Several values, one a line. */
export function ValueLines({ label, op, value, kind, disabled, onChange }: ValueFieldProps & { kind: ValueKind }) {
  const id = useId();
  const values = Array.isArray(value) ? value : [value];
  const { text, problem, change, leave } = useTyped(
    values.map((one) => writeValue(kind, one)).join('\n'),
    (typed) => readLines(kind, op, typed),
    onChange,
  );
  return (
    <span className="grid min-w-0 flex-1 basis-40 gap-0.5">
      <textarea
        aria-label={`${label}, one a line`}
        aria-invalid={problem !== null}
        aria-describedby={problem ? id : undefined}
        rows={Math.min(Math.max(values.length, 1) + 1, 6)}
        spellCheck={false}
        disabled={disabled}
        value={text}
        onChange={(event) => change(event.target.value)}
        onBlur={leave}
        className="control px-1.5 py-1 font-mono text-xs"
      />
      {problem && (
        <span id={id} role="alert" className="text-denied text-xs">
          {problem}
        </span>
      )}
    </span>
  );
}
