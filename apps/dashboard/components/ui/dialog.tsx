'use client';
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { classNames } from '../class-names';
import { IconButton } from './icon-button';

export interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  description?: ReactNode;
  /** Buttons, the primary one last. */
  footer?: ReactNode;
  /** Pixels at most: 480, or 720. */
  width?: 'md' | 'lg';
  /** Refuses Escape, a press outside and the cross: only the footer closes it. */
  insistent?: boolean;
  children?: ReactNode;
}

/** A question in front of the page; focus stays inside and returns to where it was. */
export function Dialog({ open, onOpenChange, title, description, footer, width = 'md', insistent = false, children }: DialogProps) {
  const opener = useRef<HTMLElement | null>(null);
  const hold = insistent ? (event: Event) => event.preventDefault() : undefined;
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[oklch(0.15_0.02_260/0.45)]" />
        <Radix.Content
          onOpenAutoFocus={(event) => {
            opener.current = openerOf(document.activeElement);
            focusFirst(event);
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            opener.current?.focus();
          }}
          onEscapeKeyDown={hold}
          onInteractOutside={hold}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={classNames(
            'fixed inset-x-3 top-[max(1rem,12vh)] z-50 mx-auto flex max-h-[min(80vh,calc(100dvh-2rem))] animate-enter flex-col rounded-panel bg-raised shadow-float focus:outline-none',
            width === 'lg' ? 'max-w-180' : 'max-w-120',
          )}
        >
          <div className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg">{title}</Radix.Title>
              {description && <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>}
            </div>
            {!insistent && (
              <Radix.Close asChild>
                <IconButton label="Close" shortcut="Esc" className="-mr-1.5">
                  <X />
                </IconButton>
              </Radix.Close>
            )}
          </div>
          {children && (
            <div data-body className="min-h-0 flex-1 overflow-y-auto px-5 pb-4">
              {children}
            </div>
          )}
          {footer && (
            <div data-footer className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">
              {footer}
            </div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What had the focus before, which Radix knows only of its own triggers; of an item of a menu, which goes with the menu, the menu's button. */
function openerOf(active: Element | null): HTMLElement | null {
  const menu = active?.closest('[role=menu]');
  const button = menu && document.getElementById(menu.getAttribute('aria-labelledby') ?? '');
  return button ?? (active instanceof HTMLElement ? active : null);
}

/**
 * What is to be filled in; else the first (the harmless) button of the footer; else the dialog itself. Never the cross. Where there is
 * so much to read first that the field is out of sight, the dialog: it begins at its beginning.
 */
function focusFirst(event: Event): void {
  event.preventDefault();
  const dialog = event.currentTarget as HTMLElement;
  const field = dialog.querySelector<HTMLElement>(FIELDS);
  const below = field?.closest('[data-body]')?.getBoundingClientRect().bottom ?? Number.POSITIVE_INFINITY;
  const unseen = field !== null && field.getBoundingClientRect().bottom > below;
  const button = dialog.querySelector<HTMLElement>('[data-footer] button:not(:disabled)');
  (unseen ? dialog : (field ?? button ?? dialog)).focus();
}

const FIELDS = 'input:not([type=hidden]):not([type=checkbox]), textarea, select';
