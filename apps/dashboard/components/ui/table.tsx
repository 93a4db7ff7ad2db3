import type { ComponentProps, ReactNode } from 'react';
import { classNames } from '../class-names';
import { ScrollRegion } from './scroll-region';

/** 36 px rows under a header that stays. `label` names the table for those who do not see it. */
export function Table({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    <ScrollRegion label={label} className={classNames('min-w-0 overflow-x-auto rounded-panel border border-line bg-surface', className)}>
      <table className="w-full border-separate border-spacing-0 text-sm">{children}</table>
    </ScrollRegion>
  );
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead className="sticky top-0 z-10">
      <tr>{children}</tr>
    </thead>
  );
}

export function Th({ className, align = 'left', ...rest }: ComponentProps<'th'> & { align?: 'left' | 'right' }) {
  return (
    <th
      scope="col"
      {...rest}
      className={classNames(
        'h-8 whitespace-nowrap border-line border-b bg-sunken px-3 font-medium text-muted text-xs',
        align === 'right' ? 'text-right' : 'text-left',
        className,
      )}
    />
  );
}

/** A row; give it the class `group` effects for free: quiet actions inside `RowActions` appear on hover and on focus. */
export function Tr({ className, selected = false, ...rest }: ComponentProps<'tr'> & { selected?: boolean }) {
  return (
    <tr
      {...rest}
      data-selected={selected || undefined}
      className={classNames('group data-selected:bg-accent-tint hover:bg-hover [&:last-child>*]:border-b-0', className)}
    />
  );
}

export function Td({
  className,
  mono = false,
  align = 'left',
  ...rest
}: ComponentProps<'td'> & { mono?: boolean; align?: 'left' | 'right' }) {
  return (
    <td
      {...rest}
      className={classNames('h-9 border-line border-b px-3', mono && 'font-mono', align === 'right' && 'text-right', className)}
    />
  );
}

/** The last column: hidden until the row is hovered or holds focus; always shown where there is no pointer to hover with. */
export function RowActions({ children }: { children: ReactNode }) {
  return (
    <div className="flex justify-end gap-1 opacity-0 transition-opacity duration-120 focus-within:opacity-100 group-hover:opacity-100 coarse:opacity-100">
      {children}
    </div>
  );
}
