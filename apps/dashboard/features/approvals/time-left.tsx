'use client';
import { useEffect, useState } from 'react';

/** How long is left, counting down: `4:12`. `now`: the server's clock when the page was made, ISO 8601, since the browser's may be off. */
export function TimeLeft({ until, now }: { until: string; now: string }) {
  const [left, setLeft] = useState(() => Date.parse(until) - Date.parse(now));
  useEffect(() => {
    const offset = Date.now() - Date.parse(now);
    const tick = () => setLeft(Date.parse(until) - (Date.now() - offset));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [until, now]);
  return (
    <time dateTime={until} title={until} className={left < 60_000 ? 'font-medium text-limited tabular-nums' : 'tabular-nums'}>
      {countdown(left)}
    </time>
  );
}

/** `0:09`, `4:12`, `1:02:00`; nothing is left: `over`. */
export function countdown(ms: number): string {
  if (ms <= 0) return 'over';
  const seconds = Math.ceil(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (part: number) => String(part).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
