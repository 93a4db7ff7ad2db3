'use client';
import type { AuditEvent } from '@toolgate/audit/event';
import { type AuditFilter, auditFilterToParams } from '@toolgate/audit/filter';
import { useCallback, useRef, useState } from 'react';
import { addNewer, addOlder, type EventList, newestSeq, showWaiting } from './event-list.ts';

/** What the route of events answers. */
export interface EventPage {
  events: AuditEvent[];
  /** There are more in the direction that was asked for. */
  more: boolean;
}

interface Feed {
  list: EventList;
  /** Words about what could not be loaded; null when all is well. */
  failure: string | null;
  loadingOlder: boolean;
  loadNewer(): Promise<void>;
  loadOlder(): Promise<void>;
  showNew(): void;
}

/**
 * The list and how it grows at both ends; another filter begins it anew with its own `first`.
 * `reading`: whether new rows have to wait, asked when they arrive.
 */
export function useEventFeed(organization: string, filter: AuditFilter, first: EventPage, reading: () => boolean): Feed {
  const query = new URLSearchParams(auditFilterToParams(filter)).toString();
  const [shownQuery, setShownQuery] = useState(query);
  const [list, setList] = useState<EventList>(() => listOf(first));
  const [failure, setFailure] = useState<string | null>(null);
  const [loadingOlder, setLoadingOlder] = useState(false);
  const current = useRef({ list, query });
  current.current = { list, query };
  const busy = useRef<'idle' | 'busy' | 'again'>('idle');
  if (shownQuery !== query) {
    setShownQuery(query);
    setList(listOf(first));
    setFailure(null);
  }

  /** Null: it failed, which is said, or another filter was chosen meanwhile. */
  const read = useCallback(
    async (side: 'before' | 'after', seq: number, words: string) => {
      const page = await readPage(organization, query, side, seq);
      if (current.current.query !== query) return null;
      setFailure(page ? null : words);
      return page;
    },
    [organization, query],
  );

  const loadNewer = useCallback(async () => {
    // One at a time, so that a burst of messages is one or two reads.
    if (busy.current !== 'idle') {
      busy.current = 'again';
      return;
    }
    let more = true;
    while (more) {
      busy.current = 'busy';
      const page = await read('after', newestSeq(current.current.list), 'New events could not be loaded.');
      if (page?.events.length) {
        current.current.list = addNewer(current.current.list, page.events, reading());
        setList(current.current.list);
      }
      more = page !== null && ((busy.current as string) === 'again' || page.more);
    }
    busy.current = 'idle';
  }, [read, reading]);

  const loadOlder = useCallback(async () => {
    const last = current.current.list.shown.at(-1);
    if (!last) return;
    setLoadingOlder(true);
    const page = await read('before', last.seq, 'Older events could not be loaded.');
    setLoadingOlder(false);
    if (page) setList((now) => addOlder(now, page.events, page.more));
  }, [read]);

  const showNew = useCallback(() => setList(showWaiting), []);
  return { list, failure, loadingOlder, loadNewer, loadOlder, showNew };
}

const listOf = (first: EventPage): EventList => ({ shown: first.events, waiting: [], more: first.more });

async function readPage(organization: string, query: string, side: 'before' | 'after', seq: number): Promise<EventPage | null> {
  try {
    const response = await fetch(`/api/${organization}/audit/events?${query}&${side}=${seq}`, { headers: { accept: 'application/json' } });
    return response.ok ? ((await response.json()) as EventPage) : null;
  } catch {
    return null;
  }
}
