'use client';
import { useEffect, useState } from 'react';

/** How many requests for approval wait: what the page said first, then what the stream says. */
export function usePendingApprovals(org: string, first: number): number {
  const [pending, setPending] = useState(first);
  useEffect(() => setPending(first), [first]);
  useEffect(() => {
    const source = new EventSource(`/api/${org}/approvals`);
    source.onmessage = ({ data }) => {
      const said: unknown = JSON.parse(data as string);
      if (typeof said === 'object' && said !== null && 'pending' in said && typeof said.pending === 'number') setPending(said.pending);
    };
    return () => source.close();
  }, [org]);
  return pending;
}
