'use client';
import { useEffect, useRef, useState } from 'react';
import type { LiveState } from '@/components/ui/live-dot';
import { listenLive } from './live-connection';

/**
 * Listens to a stream of server-sent events; `onNews` is told of each message, and once after every reconnection,
 * since messages may have been missed in between.
 */
export function useLive(url: string, { paused, onNews }: { paused: boolean; onNews: () => void }): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const news = useRef(onNews);
  news.current = onNews;

  useEffect(() => {
    setState(paused ? 'paused' : 'connecting');
    return paused ? undefined : listenLive(url, { onState: setState, onNews: () => news.current() });
  }, [url, paused]);

  return state;
}
