'use client';
import { useEffect, useRef } from 'react';
import { shortcutsAreOn } from '@/components/shell/shortcuts-setting';

interface Keys {
  newer(): void;
  older(): void;
  live(): void;
  /** Single keys act only while this holds. */
  within(): boolean;
}

/** J and K walk the list, L follows or pauses; never while somebody types. */
export function useEventKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target) || !shortcutsAreOn()) return;
      if (document.querySelector('[role=dialog],[role=menu]') || !current.current.within()) return;
      if (event.key === 'j') current.current.older();
      else if (event.key === 'k') current.current.newer();
      else if (event.key === 'l') current.current.live();
      else if (event.key === 'y') document.querySelector<HTMLButtonElement>('aside [aria-keyshortcuts=Y]')?.click();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
