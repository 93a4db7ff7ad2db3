'use client';
import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** One parameter of the address as state: it survives a reload and can be sent to somebody. Null takes it out. */
export function useQueryState(name: string): [string | null, (value: string | null) => void] {
  const value = useSearchParams().get(name);
  const set = useCallback(
    (next: string | null) => {
      const url = new URL(window.location.href);
      if (next === null || next === '') url.searchParams.delete(name);
      else url.searchParams.set(name, next);
      window.history.replaceState(null, '', url);
    },
    [name],
  );
  return [value, set];
}
