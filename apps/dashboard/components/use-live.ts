'use client';
import { useEffect, useRef, useState } from 'react';
import type { LiveState } from '@/components/ui/live-dot';

const RETRY_MS = 3000;

/**
 * Listens to a stream of server-sent events; `onNews` is told of each message, and once after every reconnection,
 * since messages may have been missed in between.
 */
export function useLive(url: string, { paused, onNews }: { paused: boolean; onNews: () => void }): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const news = useRef(onNews);
  news.current = onNews;

  useEffect(() => {
    if (paused) return setState('paused');
    let source: EventSource;
    let timer: ReturnType<typeof setTimeout> | undefined;
    setState('connecting');
    const connect = () => {
      source = new EventSource(url);
      source.onopen = () => {
        setState('live');
        news.current();
      };
      source.onmessage = () => news.current();
      source.onerror = () => {
        setState('reconnecting');
        // The browser tries again by itself, except after an answer that was no stream.
        if (source.readyState === EventSource.CLOSED) timer = setTimeout(connect, RETRY_MS);
      };
    };
    connect();
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [url, paused]);

  return state;
}
