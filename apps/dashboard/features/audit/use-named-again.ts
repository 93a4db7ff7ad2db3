'use client';
import type { AuditEvent } from '@toolgate/audit/event';
import { useEffect } from 'react';
import { openEvent } from './audit-href.ts';
import type { EventPage } from './event-list.ts';

/**
 * Opens the event that the address names where the page does not know it: going back in the browser shows a page as it was first given,
 * and events are opened after that.
 */
export function useNamedAgain(organization: string, text: string, known: AuditEvent | null, open: (event: AuditEvent) => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is looked at when a page or a query is shown, not when an event is closed.
  useEffect(() => {
    const name = openEvent(new URLSearchParams(window.location.search).get('event'));
    if (typeof name !== 'number' || known?.seq === name) return;
    const controller = new AbortController();
    fetch(`/api/${organization}/audit/events?q=seq:${name}`, { signal: controller.signal })
      .then(async (response) => {
        const [event] = response.ok ? ((await response.json()) as EventPage).events : [];
        if (event) open(event);
      })
      .catch(() => {});
    return () => controller.abort();
  }, [organization, text]);
}
