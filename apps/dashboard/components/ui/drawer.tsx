'use client';
import { X } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { classNames } from '../class-names';
import { IconButton } from './icon-button';
import { ScrollRegion } from './scroll-region';

/**
 * Details beside a list, 480 px: not modal, so the list stays in reach and does not move. Escape closes it.
 * `actions` stand beside the cross (previous, next, copy link).
 */
export function Drawer({
  open,
  onClose,
  title,
  actions,
  footer,
  mono = false,
  children,
}: {
  open: boolean;
  onClose(): void;
  title: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  /** The title is something that a machine reads. */
  mono?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    if (!open) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role=dialog],[role=menu],[role=alertdialog]'))
        onClose();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [open, onClose]);
  if (!open) return null;
  return (
    <aside
      aria-label={typeof title === 'string' ? title : 'Details'}
      className="fixed top-0 right-0 bottom-0 z-30 flex w-full max-w-120 animate-drawer flex-col bg-raised shadow-float max-sm:bottom-14"
    >
      <header className="flex items-center gap-2 border-line border-b px-4 py-2.5">
        <h2 className={classNames('min-w-0 flex-1 clip', mono ? 'font-mono text-base' : 'text-lg')}>{title}</h2>
        {actions}
        <IconButton label="Close" shortcut="Esc" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      <ScrollRegion label="Details" className="min-h-0 flex-1 overflow-y-auto p-4 -outline-offset-2">
        {children}
      </ScrollRegion>
      {footer && <footer className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3">{footer}</footer>}
    </aside>
  );
}
