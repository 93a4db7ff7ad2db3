'use client';
import { useEffect } from 'react';
import { shortcutsAreOn } from './shell/shortcuts-setting';

/** J and K walk a list whose details are open in a drawer. */
export function useRowKeys(keys: readonly string[], current: string | null, onMove: (key: string) => void): void {
  useEffect(() => {
    if (current === null) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || !shortcutsAreOn()) return;
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      const next = keys[keys.indexOf(current) + step];
      if (step !== 0 && next !== undefined) onMove(next);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [keys, current, onMove]);
}
