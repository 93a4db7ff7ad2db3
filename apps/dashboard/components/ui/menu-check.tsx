'use client';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

/** An item of a Menu that is on or off; the menu stays open, so that several can be chosen. */
export function MenuCheck({ checked, onChange, children }: { checked: boolean; onChange(checked: boolean): void; children: ReactNode }) {
  return (
    <Radix.CheckboxItem
      checked={checked}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
      className="flex min-h-8 w-full select-none items-center gap-2 rounded-control px-2 py-1 text-left text-sm outline-none data-highlighted:bg-hover coarse:min-h-10"
    >
      <span
        aria-hidden="true"
        className="inline-flex size-4 shrink-0 items-center justify-center rounded-[4px] border border-line-strong text-xs leading-none"
      >
        <Radix.ItemIndicator>✓</Radix.ItemIndicator>
      </span>
      <span className="min-w-0 flex-1 break-words">{children}</span>
    </Radix.CheckboxItem>
  );
}
