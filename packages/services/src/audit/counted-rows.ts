/** What facets and histogram are counted from: the roll-up where it knows all that is asked for, else the newest events. */
import type { AuditQuery } from '@toolgate/audit/query/query';
import { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { eventSql, isRolledUp } from './query-sql.ts';
import { BLOCK_MS, BUCKET_MS, ceilTo, floorTo, timeRangeOf } from './time-range.ts';

/** So many of the newest events are looked at for what the roll-up does not know. */
export const MOST_SCANNED = 50_000;
/** Without a `since`, this long before the newest event. */
const DEFAULT_MS = 30 * 86_400_000;

export interface Counting {
  since: Date;
  until: Date;
  /** Not null: only the newest so many events are counted, of those there are more. */
  scanned: number | null;
  /** Conditions on `"AuditRollUp" r`, side by side; none: it does not know what is asked for. */
  rolledUp: Prisma.Sql[];
  /** Conditions on `"AuditEvent" e`, each for events that `rolledUp` does not count. The terms of the roll-up are not among them. */
  events: Prisma.Sql[];
}

/** From this length on the middle of a time is counted in quarters of a day. */
const LONG_MS = 2 * 86_400_000;

/**
 * Null: the organization has no events.
 * @param stepOf into how long pieces (ms) the counts are divided, by the length of the time
 */
export async function countingOf(
  tx: Transaction,
  organizationId: string,
  { query, now, stepOf }: { query: AuditQuery; now: Date; stepOf: (lengthMs: number) => number },
): Promise<Counting | null> {
  const [known] = await tx.$queryRaw<{ first: Date | null; last: Date | null; head: bigint | null }[]>`
    SELECT min(s."bucket") AS first, max(s."bucket") AS last, max(s."lastSeq") AS head FROM "AuditSpan" s WHERE s."organizationId" = ${organizationId}`;
  if (!known?.first || !known.last) return null;
  const asked = timeRangeOf(query, now);
  const newest = known.last.getTime() + BUCKET_MS;
  // A clock that is ahead is not to hide what it made.
  const until = asked.until ?? new Date(known.last > now ? newest : now);
  const since = asked.since ?? new Date(Math.max(known.first.getTime(), Math.min(until.getTime(), newest) - DEFAULT_MS));
  const others = { terms: query.terms.filter((term) => !isRolledUp(term) && term.kind !== 'time') };
  const mine = Prisma.sql`e."organizationId" = ${organizationId}`;
  if (others.terms.length > 0) {
    const low = Math.max(1, Number(known.head) - MOST_SCANNED + 1);
    const newestOnes = Prisma.sql`${mine} AND e."seq" >= ${low}::bigint AND e."at" >= ${since} AND e."at" < ${until} AND ${eventSql(others, now)}`;
    return { since, until, scanned: low > 1 ? MOST_SCANNED : null, rolledUp: [], events: [newestOnes] };
  }
  // Whole quarters of an hour from the roll-up; what sticks out at the ends, event by event.
  const within = (from: Date, to: Date): Prisma.Sql[] => (from < to ? [Prisma.sql`${mine} AND e."at" >= ${from} AND e."at" < ${to}`] : []);
  const [first, last] = [ceilTo(since, BUCKET_MS), floorTo(until, BUCKET_MS)];
  const length = until.getTime() - since.getTime();
  const step = stepOf(length);
  if (first >= last || step % BUCKET_MS !== 0) return { since, until, scanned: null, rolledUp: [], events: within(since, until) };
  const rows = (minutes: number, from: Date, to: Date): Prisma.Sql[] =>
    from < to
      ? [
          Prisma.sql`r."organizationId" = ${organizationId} AND r."minutes" = ${minutes}::int AND r."bucket" >= ${from} AND r."bucket" < ${to}`,
        ]
      : [];
  const [low, high] = [ceilTo(first, BLOCK_MS), floorTo(last, BLOCK_MS)];
  const rolledUp =
    length < LONG_MS || step % BLOCK_MS !== 0
      ? rows(15, first, last)
      : [...rows(15, first, low), ...rows(360, low, high), ...rows(15, high, last)];
  return { since, until, scanned: null, rolledUp, events: [...within(since, first), ...within(last, until)] };
}
