import type { ComponentProps } from 'react';
import { classNames } from '../class-names';
import { Tooltip } from './tooltip';

/** A button that shows an icon only: its label is read aloud, and shown with its key in a tooltip. */
export function IconButton({
  label,
  shortcut,
  className,
  type = 'button',
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label'> & { label: string; shortcut?: string }) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        aria-keyshortcuts={shortcut}
        className={classNames(
          'inline-flex size-7 shrink-0 items-center justify-center rounded-control text-muted transition-colors duration-120 hover:bg-hover hover:text-text coarse:size-9',
          'disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4',
          className,
        )}
      />
    </Tooltip>
  );
}
