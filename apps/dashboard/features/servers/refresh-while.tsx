'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/** Shows the page anew every 1.5 s while something is under way. */
export function RefreshWhile({ active }: { active: boolean }) {
  const router = useRouter();
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && router.refresh(), 1500);
    return () => clearInterval(timer);
  }, [active, router]);
  return null;
}
