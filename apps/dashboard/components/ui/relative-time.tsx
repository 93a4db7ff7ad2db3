'use client';
import { useEffect, useState } from 'react';

/** "3 min ago", kept current; the exact moment in UTC as its title. `at`: ISO 8601. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')} className={className} suppressHydrationWarning>
      {relativeTime(Date.parse(at), now)}
    </time>
  );
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** Both in milliseconds. Future moments read "in 2 h". */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  const future = at > now;
  for (const [unit, ms] of UNITS) {
    if (distance < ms) continue;
    const amount = `${Math.floor(distance / ms)} ${unit}`;
    return future ? `in ${amount}` : `${amount} ago`;
  }
  const seconds = Math.floor(distance / 1000);
  if (future) return seconds < 5 ? 'now' : `in ${seconds} s`;
  return seconds < 10 ? 'just now' : `${seconds} s ago`;
}
