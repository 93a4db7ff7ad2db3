'use client';
import type { AuditEvent } from '@toolgate/audit/event';
import { useCallback, useLayoutEffect, useMemo, useState } from 'react';

/** What is open beside the list of one query. */
interface Held {
  text: string;
  event: AuditEvent | null;
}

type Next = AuditEvent | null | ((now: AuditEvent | null) => AuditEvent | null);

/** The event that is open: first the one that the address names, then what is opened by hand; another query begins anew with its own `named`. */
export function useOpenEvent(text: string, named: AuditEvent | null): [open: AuditEvent | null, setOpen: (next: Next) => void] {
  const fresh = useMemo((): Held => ({ text, event: named }), [text, named]);
  const [held, setHeld] = useState(fresh);
  // Chosen here, not set: what is opened of the query before while this one is rendered must not stay open in it.
  const now = held.text === text ? held : fresh;
  useLayoutEffect(() => {
    // Coming back to a query begins it anew.
    setHeld(now);
  }, [now]);
  const setOpen = useCallback(
    (next: Next) =>
      setHeld((before) => (before.text === text ? { text, event: typeof next === 'function' ? next(before.event) : next } : before)),
    [text],
  );
  return [now.event, setOpen];
}
