import type { ReactNode } from 'react';

/** What scrolls inside a page: named, and reachable by keyboard, so that the arrow keys scroll it. */
export function ScrollRegion({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of lines, not of form fields.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus can be scrolled by keyboard.
    <div role="group" aria-label={label} tabIndex={0} className={className}>
      {children}
    </div>
  );
}
