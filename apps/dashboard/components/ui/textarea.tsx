'use client';
import type { ComponentProps } from 'react';
import { classNames } from '../class-names';
import { useField } from './field';

export function Textarea({ mono = false, className, ...rest }: ComponentProps<'textarea'> & { mono?: boolean }) {
  return (
    <textarea
      {...useField()}
      {...rest}
      className={classNames('control field-sizing-content min-h-20 resize-y', mono && 'font-mono text-sm', className)}
    />
  );
}
