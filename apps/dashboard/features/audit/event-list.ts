import type { AuditEvent } from '@toolgate/audit/event';

/** What the viewer holds: newest first, without gaps in what was asked for. */
export interface EventList {
  shown: AuditEvent[];
  /** Arrived while the person reads: shown when they say so. */
  waiting: AuditEvent[];
  /** There are older ones that match. */
  more: boolean;
}

/** Memory of a viewer that stays open for days: the oldest rows are let go, and can be loaded again. */
const MOST_SHOWN = 2000;

/** Puts newly read events on top, or beside while `reading`, so that nothing moves under the pointer. */
export function addNewer(list: EventList, arrived: AuditEvent[], reading: boolean): EventList {
  const waiting = newestFirst([...arrived, ...list.waiting], list.shown[0]?.seq ?? 0);
  return reading ? { ...list, waiting } : showWaiting({ ...list, waiting });
}

export function showWaiting(list: EventList): EventList {
  const shown = [...list.waiting, ...list.shown];
  return { shown: shown.slice(0, MOST_SHOWN), waiting: [], more: list.more || shown.length > MOST_SHOWN };
}

export function addOlder(list: EventList, older: AuditEvent[], more: boolean): EventList {
  const last = list.shown.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  return { ...list, shown: [...list.shown, ...older.filter((event) => event.seq < last)], more };
}

/** The highest sequence number that is known: where reading on begins. */
export const newestSeq = (list: EventList): number => list.waiting[0]?.seq ?? list.shown[0]?.seq ?? 0;

function newestFirst(events: AuditEvent[], after: number): AuditEvent[] {
  const bySeq = new Map(events.filter((event) => event.seq > after).map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}
