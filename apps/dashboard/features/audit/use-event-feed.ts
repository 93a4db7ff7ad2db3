'use client';
import { addressOf } from '@toolgate/audit/query/address';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { addNewer, addOlder, type EventList, type EventPage, listOf, showWaiting } from './event-list.ts';

interface Feed {
  list: EventList;
  /** Words about what could not be loaded; null when all is well. */
  failure: string | null;
  loadingOlder: boolean;
  loadNewer(): Promise<void>;
  loadOlder(): Promise<void>;
  /** Ends a search that goes through the log for something rare. */
  stopSearching(): void;
  showNew(): void;
}

/** What is read: the text of the query, and whether the page shows changes only. */
export interface FeedSource {
  organization: string;
  text: string;
  changesOnly: boolean;
}

/** A page of older events is searched for until it has so many rows … */
const ENOUGH = 10;

/** What is held of one query. */
interface Held {
  address: string;
  list: EventList;
  failure: string | null;
  loadingOlder: boolean;
}

/**
 * The list and how it grows at both ends; another query begins it anew with its own `first`.
 * `reading`: whether new rows have to wait, asked when they arrive. `following`: `loadNewer` is called when there are new events.
 */
export function useEventFeed(source: FeedSource, first: EventPage, following: boolean, reading: () => boolean): Feed {
  const address = sourceAddress(source);
  const fresh = useMemo((): Held => ({ address, list: listOf(first), failure: null, loadingOlder: false }), [address, first]);
  const [held, setHeld] = useState(fresh);
  // Chosen here, not set: what arrives for the query before while this one is rendered must not bring its list back.
  const feed = held.address === address ? held : fresh;
  const latest = useRef(feed);
  useLayoutEffect(() => {
    latest.current = feed;
    // Coming back to a query begins it anew.
    setHeld(feed);
  }, [feed]);
  const change = useCallback(
    (next: (now: Held) => Partial<Held>) => {
      if (latest.current.address === address) setHeld((now) => (now.address === address ? { ...now, ...next(now) } : now));
    },
    [address],
  );
  /** Of the query that is being read at this end. */
  const readingNewer = useRef<{ address: string; again: boolean } | null>(null);
  const readingOlder = useRef<string | null>(null);

  /** Null: it failed, which is said, or something else is asked for meanwhile. */
  const read = useCallback(
    async (side: 'before' | 'after', seq: number, words: string) => {
      const page = await readPage(`/api/${source.organization}/audit/events?${address}${side}=${seq}`);
      if (latest.current.address !== address) return null;
      change(() => ({ failure: page ? null : words }));
      return page;
    },
    [source.organization, address, change],
  );

  const loadNewer = useCallback(async () => {
    // One at a time, so that a burst of messages is one or two reads.
    if (readingNewer.current?.address === address) {
      readingNewer.current.again = true;
      return;
    }
    const own = { address, again: true };
    readingNewer.current = own;
    let { to } = latest.current.list;
    while (own.again) {
      own.again = false;
      const page = await read('after', to, 'New events could not be loaded.');
      if (!page) break;
      to = Math.max(to, page.to);
      own.again ||= page.more;
      const wait = reading();
      change(({ list }) => ({ list: addNewer(list, page, wait) }));
    }
    if (readingNewer.current === own) readingNewer.current = null;
  }, [address, read, change, reading]);

  const shownFor = useRef(address);
  useEffect(() => {
    if (shownFor.current === address) return;
    shownFor.current = address;
    // What came while this query was on its way was news to the one before.
    if (following) void loadNewer();
  }, [address, following, loadNewer]);

  const loadOlder = useCallback(async () => {
    if (readingOlder.current === address) return;
    readingOlder.current = address;
    change(() => ({ loadingOlder: true }));
    let { from } = latest.current.list;
    for (let found = 0; readingOlder.current === address && found < ENOUGH; ) {
      const page = await read('before', from, 'Older events could not be loaded.');
      if (!page) break;
      found += page.events.length;
      from = Math.min(from, page.from);
      change(({ list }) => ({ list: addOlder(list, page) }));
      if (!page.more) break;
    }
    if (readingOlder.current === address) readingOlder.current = null;
    change(() => ({ loadingOlder: false }));
  }, [address, read, change]);

  const stopSearching = useCallback(() => {
    readingOlder.current = null;
  }, []);
  const showNew = useCallback(() => change(({ list }) => ({ list: showWaiting(list) })), [change]);
  const { list, failure, loadingOlder } = feed;
  return { list, failure, loadingOlder, loadNewer, loadOlder, stopSearching, showNew };
}

/** For an address: `q=…&changes=1&`, ready for one parameter more. */
export const sourceAddress = ({ text, changesOnly }: FeedSource): string =>
  [addressOf(text), changesOnly ? 'changes=1' : '', ''].filter((part, index) => part !== '' || index === 2).join('&');

async function readPage(url: string): Promise<EventPage | null> {
  try {
    const response = await fetch(url, { headers: { accept: 'application/json' } });
    return response.ok ? ((await response.json()) as EventPage) : null;
  } catch {
    return null;
  }
}
