'use client';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from '../class-names';
import { Key } from './key';

/** A button (the `trigger`) and what can be done with it. It opens where it stands in the document, so that it belongs to a landmark. */
export function Menu({
  trigger,
  align = 'end',
  side = 'bottom',
  children,
}: {
  trigger: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom' | 'right';
  children: ReactNode;
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Content
        align={align}
        side={side}
        sideOffset={4}
        collisionPadding={8}
        className="z-50 max-h-[min(24rem,var(--radix-dropdown-menu-content-available-height))] min-w-48 max-w-80 animate-enter overflow-y-auto rounded-panel bg-raised p-1 shadow-float focus:outline-none"
      >
        {children}
      </Radix.Content>
    </Radix.Root>
  );
}

const itemClass =
  'flex min-h-8 w-full select-none items-center gap-2 rounded-control px-2 py-1 text-left text-sm outline-none data-highlighted:bg-hover data-disabled:cursor-not-allowed data-disabled:text-faint [&_svg]:size-4 [&_svg]:shrink-0 coarse:min-h-10';

export function MenuItem({
  onSelect,
  danger = false,
  disabled = false,
  shortcut,
  icon,
  children,
}: {
  onSelect(): void;
  danger?: boolean;
  disabled?: boolean;
  shortcut?: string;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Radix.Item onSelect={onSelect} disabled={disabled} className={classNames(itemClass, danger && 'text-danger')}>
      {icon}
      <span className="min-w-0 flex-1">{children}</span>
      {shortcut && <Key>{shortcut}</Key>}
    </Radix.Item>
  );
}

/** An item that is a link: give it an `<a>` or `<Link>`. */
export function MenuLink({ children }: { children: ReactNode }) {
  return (
    <Radix.Item asChild className={itemClass}>
      {children}
    </Radix.Item>
  );
}

/** One of several, of which exactly one is chosen. */
export function MenuChoice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { value: NoInfer<T>; label: ReactNode }[];
  onChange(value: NoInfer<T>): void;
}) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      <Radix.Label className="px-2 py-1 text-faint text-xs">{label}</Radix.Label>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={itemClass}>
          <span className="inline-flex size-4 items-center justify-center" aria-hidden="true">
            <Radix.ItemIndicator>✓</Radix.ItemIndicator>
          </span>
          {option.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export const MenuSeparator = () => <Radix.Separator className="my-1 h-px bg-line" />;
export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Radix.Label className="px-2 py-1 text-faint text-xs">{children}</Radix.Label>
);
