'use client';
import { type RefObject, useEffect, useState } from 'react';

/** Whether an element has been within a screen or so of what is in sight. Once true it stays: what was typed there is not lost. */
export function useNear(element: RefObject<Element | null>, atOnce: boolean): boolean {
  const [near, setNear] = useState(atOnce);
  useEffect(() => {
    if (near || !element.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setNear(true), { rootMargin: '800px' });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [near, element]);
  return near || atOnce;
}
