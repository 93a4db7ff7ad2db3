'use client';
import { useEffect, useRef, useState } from 'react';
import type { Counts } from './read-counts.ts';
import { type FeedSource, sourceAddress } from './use-event-feed.ts';

export interface CountsState {
  counts: Counts | null;
  /** What is shown is of another query, or nothing is shown yet. */
  loading: boolean;
  failed: boolean;
  retry(): void;
}

/** Counted again at most so often while new events arrive. */
const REFRESH_MS = 10_000;

/** What facets and histogram show: what the page brought, else what the browser asks for; `newest` changes as events arrive. */
export function useCounts(source: FeedSource, given: Counts | null, newest: number): CountsState {
  const address = sourceAddress(source);
  const [state, setState] = useState({ address, counts: given, at: given ? newest : -1, failed: false });
  const [attempt, setAttempt] = useState(0);
  const [shownFor, setShownFor] = useState(given);
  if (given !== shownFor) {
    setShownFor(given);
    if (given) setState({ address, counts: given, at: newest, failed: false });
  }
  const fetchedAt = useRef(Date.now());
  const current = state.address === address && state.counts !== null;
  const stale = !current || state.at !== newest;
  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt more is a request more.
  useEffect(() => {
    if (!stale || (state.failed && state.address === address && attempt === 0)) return;
    const controller = new AbortController();
    const wait = current ? Math.max(0, fetchedAt.current + REFRESH_MS - Date.now()) : 0;
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`/api/${source.organization}/audit/counts?${address}`, { signal: controller.signal });
        if (!response.ok) throw new Error(String(response.status));
        const counts = (await response.json()) as Counts;
        fetchedAt.current = Date.now();
        setState({ address, counts, at: newest, failed: false });
      } catch {
        if (!controller.signal.aborted) setState((now) => ({ ...now, address, at: newest, failed: true }));
      }
    }, wait);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [address, source.organization, newest, current, stale, attempt]);
  return { counts: state.counts, loading: !current && !state.failed, failed: state.failed, retry: () => setAttempt((now) => now + 1) };
}
