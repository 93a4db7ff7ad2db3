'use client';
import { Switch as Radix } from 'radix-ui';

/** In force at once, without a save button. */
export function Switch({
  label,
  checked,
  onChange,
  disabled = false,
}: {
  label: string;
  checked: boolean;
  onChange(checked: boolean): void;
  disabled?: boolean;
}) {
  return (
    <Radix.Root
      aria-label={label}
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      className="group inline-flex h-6 w-10 shrink-0 items-center rounded-full border border-line-strong bg-sunken px-0.5 transition-colors duration-120 disabled:opacity-55 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
    >
      <Radix.Thumb className="size-4.5 rounded-full bg-line-strong transition-transform duration-120 group-data-[state=checked]:translate-x-4 group-data-[state=checked]:bg-on-accent" />
    </Radix.Root>
  );
}
