'use client';
import type { ComponentProps } from 'react';
import { classNames } from '../class-names';
import { useField } from './field';

/** `mono` for what a machine reads. */
export function Input({ mono = false, className, ...rest }: ComponentProps<'input'> & { mono?: boolean }) {
  return <input {...useField()} {...rest} className={classNames('control h-8 coarse:h-10', mono && 'font-mono text-sm', className)} />;
}
