'use client';
import { useId } from 'react';
import { classNames } from '@/components/class-names';
import { type Typed, useTyped } from './use-typed.ts';

/** An input within a sentence, as wide as its text, that takes only what `read` understands. */
export function TypedInput<T>({
  label,
  written,
  read,
  onChange,
  disabled,
  numeric = false,
  mono = false,
  suggestions,
  placeholder,
  narrow = false,
}: {
  label: string;
  written: string;
  read(text: string): Typed<T>;
  onChange(value: T): void;
  disabled: boolean;
  numeric?: boolean;
  mono?: boolean;
  suggestions?: readonly string[];
  placeholder?: string;
  /** As wide as what is in it. */
  narrow?: boolean;
}) {
  const id = useId();
  const { text, problem, change, leave } = useTyped(written, read, onChange);
  return (
    <span className={narrow ? 'contents' : 'grid min-w-0 flex-1 basis-40 gap-0.5'}>
      <input
        aria-label={label}
        aria-invalid={problem !== null}
        aria-describedby={problem ? `${id}-problem` : undefined}
        list={suggestions ? `${id}-list` : undefined}
        inputMode={numeric ? 'decimal' : undefined}
        disabled={disabled}
        value={text}
        placeholder={placeholder}
        maxLength={4_000}
        spellCheck={false}
        onChange={(event) => change(event.target.value)}
        onBlur={leave}
        {...(narrow ? { style: { width: `${Math.min(Math.max(text.length, 2), 24) + 2.5}ch` } } : {})}
        className={classNames('control h-7 px-1.5 py-0 text-sm coarse:h-9', numeric && narrow && 'text-right', mono && 'font-mono text-xs')}
      />
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      {problem && (
        <span id={`${id}-problem`} role="alert" className="text-denied text-xs">
          {problem}
        </span>
      )}
    </span>
  );
}
