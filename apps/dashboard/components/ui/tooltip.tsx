'use client';
import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Key } from './key';

/** Says what something is on hover and focus. Never the only place where a fact stands. */
export function Tooltip({
  text,
  shortcut,
  side = 'top',
  children,
}: {
  text: ReactNode;
  shortcut?: string;
  side?: 'top' | 'right' | 'bottom' | 'left';
  children: ReactNode;
}) {
  return (
    <Radix.Provider delayDuration={300}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        {/* It fades away: were it gone at once, a dialog around it would take the focus on its way to the next control. */}
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex max-w-72 animate-enter items-center gap-2 rounded-control bg-text data-[state=closed]:animate-leave px-2 py-1 text-canvas text-xs"
        >
          {text}
          {shortcut && <Key inverted>{shortcut}</Key>}
        </Radix.Content>
      </Radix.Root>
    </Radix.Provider>
  );
}
