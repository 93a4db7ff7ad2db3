import type { AuditEvent } from '@toolgate/audit/event';

/** What the route of events answers. */
export interface EventPage {
  events: AuditEvent[];
  /** There may be more in the direction that was asked for. */
  more: boolean;
  /** Between these numbers everything was looked at. */
  from: number;
  to: number;
}

/** What the viewer holds: newest first, without gaps in what was asked for. */
export interface EventList {
  shown: AuditEvent[];
  /** Arrived while the person reads: shown when they say so. */
  waiting: AuditEvent[];
  /** There may be older ones that match. */
  more: boolean;
  /** Everything between these numbers has been looked at, whether it matches or not: where reading goes on at either end. */
  from: number;
  to: number;
}

/** Memory of a viewer that stays open for days: the oldest rows are let go, and can be loaded again. */
const MOST_SHOWN = 2000;

export const listOf = ({ events, more, from, to }: EventPage): EventList => ({ shown: events, waiting: [], more, from, to });

/** Puts newly read events on top, or beside while `reading`, so that nothing moves under the pointer. */
export function addNewer(list: EventList, page: EventPage, reading: boolean): EventList {
  const waiting = newestFirst([...page.events, ...list.waiting], list.shown[0]?.seq ?? 0);
  const next = { ...list, waiting, to: Math.max(list.to, page.to) };
  return reading ? next : showWaiting(next);
}

export function showWaiting(list: EventList): EventList {
  const all = [...list.waiting, ...list.shown];
  const shown = all.slice(0, MOST_SHOWN);
  const cut = all.length > MOST_SHOWN;
  return { ...list, shown, waiting: [], more: list.more || cut, from: cut ? (shown.at(-1)?.seq ?? list.from) : list.from };
}

export function addOlder(list: EventList, { events, more, from }: EventPage): EventList {
  const last = list.shown.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  return { ...list, shown: [...list.shown, ...events.filter((event) => event.seq < last)], more, from: Math.min(list.from, from) };
}

function newestFirst(events: AuditEvent[], after: number): AuditEvent[] {
  const bySeq = new Map(events.filter((event) => event.seq > after).map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}
