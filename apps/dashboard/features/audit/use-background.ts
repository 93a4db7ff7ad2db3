'use client';
import { useEffect, useState } from 'react';
import type { Background } from './read-background.ts';

/** What is known about an event besides itself; `failed`: it could not be asked for. */
export type BackgroundState = Background | 'loading' | 'failed';

/** Waits a moment, so that walking through a list asks for what is looked at only. */
const WAIT_MS = 120;

export function useBackground(organization: string, seq: number): BackgroundState {
  const [known, setKnown] = useState<{ seq: number; state: BackgroundState }>({ seq, state: 'loading' });
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`/api/${organization}/audit/events/${seq}`, { signal: controller.signal });
        if (!response.ok) throw new Error(String(response.status));
        setKnown({ seq, state: (await response.json()) as Background });
      } catch {
        if (!controller.signal.aborted) setKnown({ seq, state: 'failed' });
      }
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [organization, seq]);
  return known.seq === seq ? known.state : 'loading';
}
