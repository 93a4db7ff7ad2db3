'use client';
import { addressOf } from '@toolgate/audit/query/address';
import { useCallback, useRef, useState } from 'react';
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

/**
 * The list and how it grows at both ends; another query begins it anew with its own `first`.
 * `reading`: whether new rows have to wait, asked when they arrive.
 */
export function useEventFeed(source: FeedSource, first: EventPage, reading: () => boolean): Feed {
  const address = sourceAddress(source);
  const [shownAddress, setShownAddress] = useState(address);
  const [list, setList] = useState<EventList>(() => listOf(first));
  const [failure, setFailure] = useState<string | null>(null);
  const [loadingOlder, setLoadingOlder] = useState(false);
  const current = useRef({ list, address, searching: false });
  current.current.list = list;
  current.current.address = address;
  const busy = useRef<'idle' | 'busy' | 'again'>('idle');
  if (shownAddress !== address) {
    setShownAddress(address);
    setList(listOf(first));
    setFailure(null);
    setLoadingOlder(false);
    current.current.searching = false;
  }

  /** Null: it failed, which is said, or something else is asked for meanwhile. */
  const read = useCallback(
    async (side: 'before' | 'after', seq: number, words: string) => {
      const page = await readPage(`/api/${source.organization}/audit/events?${address}${side}=${seq}`);
      if (current.current.address !== address) return null;
      setFailure(page ? null : words);
      return page;
    },
    [source.organization, address],
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
      const page = await read('after', current.current.list.to, 'New events could not be loaded.');
      if (page) {
        current.current.list = addNewer(current.current.list, page, reading());
        setList(current.current.list);
      }
      more = page !== null && ((busy.current as string) === 'again' || page.more);
    }
    busy.current = 'idle';
  }, [read, reading]);

  const loadOlder = useCallback(async () => {
    if (current.current.searching) return;
    current.current.searching = true;
    setLoadingOlder(true);
    for (let found = 0; current.current.searching && found < ENOUGH; ) {
      const page = await read('before', current.current.list.from, 'Older events could not be loaded.');
      if (!page) break;
      found += page.events.length;
      current.current.list = addOlder(current.current.list, page);
      setList(current.current.list);
      if (!page.more) break;
    }
    current.current.searching = false;
    setLoadingOlder(false);
  }, [read]);

  const stopSearching = useCallback(() => {
    current.current.searching = false;
  }, []);
  const showNew = useCallback(() => setList(showWaiting), []);
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
