'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useQueryState } from '@/components/use-query-state';
import { letTyping } from './near.ts';

/** What is searched for. The address follows when typing rests: it must not hold a key up. */
export function useSearch(): [string, (query: string) => void] {
  const [asked, setAsked] = useQueryState('q');
  const [query, setQuery] = useState(asked ?? '');
  const later = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(later.current), []);
  const change = useCallback(
    (next: string) => {
      letTyping();
      setQuery(next);
      clearTimeout(later.current);
      later.current = setTimeout(() => setAsked(next), REST_MS);
    },
    [setAsked],
  );
  return [query, change];
}

const REST_MS = 300;
