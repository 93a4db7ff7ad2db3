'use client';
import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from '../class-names';

/** One of a few, all in sight. */
export function SegmentedControl<T extends string>({
  label,
  value,
  options,
  onChange,
  size = 'md',
  className,
}: {
  label: string;
  value: T;
  options: readonly { value: NoInfer<T>; label: ReactNode /** When the label is an icon. */; name?: string; disabled?: boolean }[];
  onChange(value: NoInfer<T>): void;
  size?: 'md' | 'sm';
  className?: string;
}) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => next && onChange(next as T)}
      className={classNames('inline-flex max-w-full overflow-x-auto rounded-control border border-line-strong bg-surface p-px', className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          aria-label={option.name}
          className={classNames(
            'inline-flex items-center gap-1.5 whitespace-nowrap rounded-[5px] px-2.5 text-muted transition-colors duration-120 -outline-offset-2 hover:text-text disabled:opacity-55',
            'data-[state=on]:bg-accent-tint data-[state=on]:font-medium data-[state=on]:text-text [&_svg]:size-3.5',
            size === 'sm' ? 'h-6 text-xs coarse:h-8' : 'h-7 text-sm coarse:h-9',
          )}
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
