'use client';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from '../class-names';

/** A checkbox with its label; without `children` give it an `aria-label`. */
export function Checkbox({ children, className, ...rest }: Omit<ComponentProps<'input'>, 'type'> & { children?: ReactNode }) {
  const look = 'mt-0.5 size-4 shrink-0 accent-accent';
  if (!children) return <input {...rest} type="checkbox" className={look} />;
  return (
    <label className={classNames('flex min-h-6 items-start gap-2', className)}>
      <input {...rest} type="checkbox" className={look} />
      <span className="min-w-0">{children}</span>
    </label>
  );
}
