'use client';
import { type RefObject, useEffect, useState } from 'react';
import { whenNear } from './near.ts';

/** Whether an element has been within a screen or so of what is in sight. Once true it stays: what was typed there is not lost. */
export function useNear(element: RefObject<Element | null>, atOnce: boolean): boolean {
  const [near, setNear] = useState(atOnce);
  useEffect(() => {
    if (!near && element.current) return whenNear(element.current, () => setNear(true));
  }, [near, element]);
  return near || atOnce;
}
