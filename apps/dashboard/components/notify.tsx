'use client';
import { Toaster as Sonner, toast } from 'sonner';

/** Where notices appear; once, in the root layout. */
export const Notices = () => (
  <Sonner
    position="bottom-right"
    visibleToasts={3}
    mobileOffset={{ bottom: 72, left: 16, right: 16 }}
    toastOptions={{
      unstyled: true,
      classNames: {
        toast:
          'flex font-sans w-[min(24rem,calc(100vw-2rem))] items-center gap-3 rounded-panel bg-raised px-4 py-3 text-base text-text shadow-float',
        title: 'font-medium',
        description: 'text-muted text-sm',
        content: 'min-w-0 flex-1',
        actionButton: 'shrink-0 rounded-control border border-line-strong px-2.5 py-1 text-sm font-medium hover:bg-hover',
      },
    }}
  />
);

/** Says that something was done. `undo` is offered for 10 s. */
export function notify(message: string, { description, undo }: { description?: string; undo?: () => void } = {}): void {
  toast(message, { description, duration: undo ? 10_000 : 4000, ...(undo ? { action: { label: 'Undo', onClick: undo } } : {}) });
}
