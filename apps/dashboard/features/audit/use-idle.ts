'use client';
import { useEffect, useRef, useState } from 'react';

/** Calls `onIdle` when nobody has moved anything for so long while `active`; `slept` until it is woken. */
export function useIdle(afterMs: number, active: boolean, onIdle: () => void): { slept: boolean; wake(): void } {
  const [slept, setSlept] = useState(false);
  const idle = useRef(onIdle);
  idle.current = onIdle;
  useEffect(() => {
    if (!active) return;
    let last = Date.now();
    const moved = () => {
      last = Date.now();
    };
    const timer = setInterval(() => {
      if (Date.now() - last < afterMs) return;
      setSlept(true);
      idle.current();
    }, 10_000);
    for (const event of MOVEMENTS) window.addEventListener(event, moved, { passive: true });
    return () => {
      clearInterval(timer);
      for (const event of MOVEMENTS) window.removeEventListener(event, moved);
    };
  }, [afterMs, active]);
  return { slept: slept && !active, wake: () => setSlept(false) };
}

const MOVEMENTS = ['pointermove', 'keydown', 'wheel', 'touchstart'] as const;
