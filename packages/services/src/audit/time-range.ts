import { queryMoment } from '@toolgate/audit/query/moment';
import type { AuditQuery } from '@toolgate/audit/query/query';

/** From `since` (included) to `until` (not included); null is no bound. */
export interface TimeRange {
  since: Date | null;
  until: Date | null;
}

/** All bounds of a query must hold: the latest `since` and the earliest `until` count. */
export function timeRangeOf(query: AuditQuery, now: Date): TimeRange {
  const range: TimeRange = { since: null, until: null };
  for (const term of query.terms) {
    if (term.kind !== 'time') continue;
    const at = queryMoment(term.moment, now.getTime());
    if (!at) continue;
    if (term.bound === 'since' && (!range.since || at > range.since)) range.since = at;
    if (term.bound === 'until' && (!range.until || at < range.until)) range.until = at;
  }
  return range;
}

/** What the roll-up counts by: quarters of an hour and, for long times, quarters of a day. */
export const BUCKET_MS = 15 * 60_000;
export const BLOCK_MS = 24 * BUCKET_MS;

/** The last boundary at or before that moment, and the first at or after it. */
export const floorTo = (at: Date, ms: number): Date => new Date(Math.floor(at.getTime() / ms) * ms);
export const ceilTo = (at: Date, ms: number): Date => new Date(Math.ceil(at.getTime() / ms) * ms);
