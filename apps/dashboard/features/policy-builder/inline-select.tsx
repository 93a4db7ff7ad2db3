'use client';
import { ChevronDown } from 'lucide-react';

/** A choice within a sentence: the platform's own select, as narrow as its words. */
export function InlineSelect<T extends string>({
  label,
  value,
  options,
  disabled = false,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  disabled?: boolean;
  onChange(value: T): void;
}) {
  return (
    <span className="relative inline-flex min-w-0 max-w-full">
      <select
        aria-label={label}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value as T)}
        className="control field-sizing-content h-7 w-auto appearance-none py-0 pr-5.5 pl-1.5 text-sm coarse:h-9"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden="true" className="pointer-events-none absolute top-1/2 right-1.5 size-3 -translate-y-1/2 text-muted" />
    </span>
  );
}
