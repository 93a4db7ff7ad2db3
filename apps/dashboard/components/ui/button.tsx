import type { ComponentProps } from 'react';
import { classNames } from '../class-names';
import { Spinner } from './spinner';

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger';
export type ButtonSize = 'md' | 'sm';

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** Shows that the work is under way and refuses a second press; the button keeps its width and focus. */
  pending?: boolean;
}

/** The verb and the object as children: "Publish policy". */
export function Button({
  variant = 'secondary',
  size = 'md',
  pending = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={pending || undefined}
      onClick={pending ? (event) => event.preventDefault() : onClick}
      className={buttonClass(variant, size, className)}
    >
      {pending && <Spinner />}
      {children}
    </button>
  );
}

/** The look of a button, for what is not one (links, labels). */
export const buttonClass = (variant: ButtonVariant, size: ButtonSize, className?: string): string =>
  classNames(
    'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-control border font-medium transition-colors duration-120',
    'disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-progress',
    '[&_svg]:size-4 [&_svg]:shrink-0',
    SIZES[size],
    VARIANTS[variant],
    className,
  );

const SIZES: Record<ButtonSize, string> = {
  md: 'h-8 px-3 text-base coarse:h-10',
  sm: 'h-7 px-2.5 text-sm coarse:h-9',
};

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'border-transparent bg-accent text-on-accent enabled:hover:bg-accent-strong [a&]:hover:bg-accent-strong',
  secondary: 'border-line-strong bg-surface text-text enabled:hover:bg-hover [a&]:hover:bg-hover',
  quiet:
    'border-transparent bg-transparent text-muted enabled:hover:bg-hover enabled:hover:text-text [a&]:hover:bg-hover [a&]:hover:text-text',
  danger: 'border-transparent bg-danger-fill text-on-danger enabled:hover:opacity-90',
};
