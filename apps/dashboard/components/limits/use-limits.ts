'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LiveState } from '@/components/ui/live-dot';
import { useLive } from '@/components/use-live';

const LOOK_MS = 3000;
/** Many calls at once are one look. */
const LEAST_MS = 800;

/**
 * Limits in use: read again when a call was recorded, and every few seconds, since a call that begins is no news yet.
 * Null: not known, also when they could be read before and cannot be any more. `asked`: there was an answer, if only that. `ageMs`: since they were read.
 */
export function useLimits<T>(org: string, query: string): { use: T | null; asked: boolean; ageMs: number; state: LiveState } {
  const [read, setRead] = useState<{ use: T | null; at: number }>({ use: null, at: 0 });
  const [now, setNow] = useState(0);
  const [hidden, setHidden] = useState(false);
  const last = useRef(0);
  const later = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const url = `/api/${org}/limits?${query}`;
  const look = useCallback(async () => {
    last.current = Date.now();
    const answer = await fetch(url).catch(() => null);
    const use = answer?.ok ? ((await answer.json().catch(() => null)) as T | null) : null;
    const at = Date.now();
    setRead({ use, at });
    setNow(at);
  }, [url]);
  const soon = useCallback(() => {
    clearTimeout(later.current);
    later.current = setTimeout(() => void look(), Math.max(0, last.current + LEAST_MS - Date.now()));
  }, [look]);
  // A page that nobody sees gives its connection back: a browser has six for a host.
  const state = useLive(`/api/${org}/live`, { paused: hidden, onNews: soon });
  useEffect(() => {
    void look();
    // What was read before the page was left is not what holds when somebody comes back to it.
    const seen = () => {
      setHidden(document.visibilityState !== 'visible');
      if (document.visibilityState === 'visible') soon();
    };
    document.addEventListener('visibilitychange', seen);
    const looking = setInterval(seen, LOOK_MS);
    const ticking = setInterval(() => setNow(Date.now()), 1000);
    return () => {
      document.removeEventListener('visibilitychange', seen);
      clearInterval(looking);
      clearInterval(ticking);
      clearTimeout(later.current);
    };
  }, [look, soon]);
  return { use: read.use, asked: read.at > 0, ageMs: Math.max(0, now - read.at), state };
}
