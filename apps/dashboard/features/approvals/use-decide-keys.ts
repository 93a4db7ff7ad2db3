'use client';
import { type RefObject, useEffect, useRef } from 'react';
import { shortcutsAreOn } from '@/components/shell/shortcuts-setting';

/** Nobody decides what has only just appeared under their fingers. */
const SETTLE_MS = 700;

/** Single keys of the request that is shown; `A` is Shift and A. They rest while somebody types, or looks at a dialog or menu. */
export function useDecideKeys(enabled: boolean, shown: RefObject<HTMLElement | null>, keys: Record<string, () => unknown>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!enabled) return;
    const since = performance.now();
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !shortcutsAreOn()) return;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('[role=dialog],[role=menu]')) return;
      // On a narrow page the list stands alone: nobody decides what they do not see.
      if (performance.now() - since < SETTLE_MS || !shown.current?.checkVisibility()) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [enabled, shown]);
}
