'use client';
import { useEffect, useRef } from 'react';
import { shortcutsAreOn } from '@/components/shell/shortcuts-setting';

interface Keys {
  newer(): void;
  older(): void;
  live(): void;
  facets(): void;
}

/** J and K walk the list, L follows or pauses, F, T and E go to facets, time and export, Y copies; never while somebody types. */
export function useEventKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    let afterG = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target) || !shortcutsAreOn()) return;
      if (document.querySelector('[role=dialog],[role=menu]')) return;
      // G and a key go to another page.
      const leaving = Date.now() - afterG < 1200;
      afterG = event.key === 'g' ? Date.now() : 0;
      const act = leaving ? undefined : ACTS[event.key];
      if (!act) return;
      act(current.current);
      event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

const ACTS: Record<string, (keys: Keys) => void> = {
  j: (keys) => keys.older(),
  k: (keys) => keys.newer(),
  l: (keys) => keys.live(),
  f: (keys) => keys.facets(),
  t: () => document.querySelector<HTMLElement>('[data-time], select[aria-label="Time range"]')?.focus(),
  // The menu opens by its own key: what the browser does with a click of a script is not to be relied on.
  e: () => {
    const button = document.querySelector<HTMLElement>('[data-export]');
    button?.focus();
    button?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  },
  y: () => document.querySelector<HTMLButtonElement>('[aria-keyshortcuts=Y]')?.click(),
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
