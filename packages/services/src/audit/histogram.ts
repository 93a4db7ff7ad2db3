import type { AuditQuery } from '@toolgate/audit/query/query';
import { Prisma } from '@toolgate/db/client';
import type { Actor } from '../context.ts';
import { withArgumentMarks } from './argument-marks.ts';
import { type Counting, countingOf } from './counted-rows.ts';
import { rolledUpEventSql, rolledUpSql } from './query-sql.ts';
import type { Reading } from './read.ts';
import { BUCKET_MS } from './time-range.ts';

/** What a bar is made of. `error`: rejected, or allowed and not ended well; `other`: changes of the control plane, and what is not known. */
export const BAR_PARTS = ['allowed', 'error', 'pending', 'limited', 'denied', 'other'] as const;
export type BarPart = (typeof BAR_PARTS)[number];

export interface Histogram {
  /** Begin of the first bar, ISO 8601; the bars follow each other without gaps. */
  start: string;
  widthMs: number;
  bars: Record<BarPart, number>[];
  /** What was asked for lies between these. */
  since: string;
  until: string;
  /** Counted from the newest so many events only; null: from all. */
  scanned: number | null;
  /** Before this moment nothing was counted. */
  countedFrom: string | null;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WIDTHS = [SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE].concat([
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
]);
const MOST_BARS = 125;
/** Longer than this, bars are whole quarters of an hour, so that the roll-up can be used. */
const FINE_MS = 3 * HOUR;

/** The shortest round width with which so long a time has a drawable number of bars. */
function widthOf(lengthMs: number): number {
  const least = lengthMs > FINE_MS ? BUCKET_MS : 0;
  return WIDTHS.find((width) => width >= least && lengthMs / width <= MOST_BARS - 1) ?? 28 * DAY;
}

/** Matching events over time, by what became of them. Null: there are no events at all. */
export async function readHistogram(s: Reading, actor: Actor, { query }: { query: AuditQuery }): Promise<Histogram | null> {
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    const marked = await withArgumentMarks(tx, actor, query, s.keyRing);
    const counting = await countingOf(tx, organizationId, { query: marked, now: s.now(), stepOf: widthOf });
    if (!counting) return null;
    const { since, until, scanned } = counting;
    const widthMs = widthOf(until.getTime() - since.getTime());
    const start = new Date(Math.floor(since.getTime() / widthMs) * widthMs);
    const counted = await countBars(tx, organizationId, query, counting, { start, widthMs });
    const number = Math.min(MOST_BARS, Math.max(1, Math.ceil((until.getTime() - start.getTime()) / widthMs)));
    const bars = Array.from({ length: number }, emptyBar);
    for (const { at, count, ...event } of counted) {
      const bar = bars[Math.min(number - 1, Math.max(0, Math.floor((at.getTime() - start.getTime()) / widthMs)))];
      if (bar) bar[partOf(event)] += count;
    }
    const first = scanned === null ? null : await firstScanned(tx, organizationId, scanned);
    const countedFrom = first && first > since ? first.toISOString() : null;
    return { start: start.toISOString(), widthMs, bars, since: since.toISOString(), until: until.toISOString(), scanned, countedFrom };
  });

  async function firstScanned(tx: Prisma.TransactionClient, organization: string, most: number): Promise<Date | null> {
    const [row] = await tx.$queryRaw<{ at: Date }[]>`
      SELECT e."at" FROM "AuditEvent" e WHERE e."organizationId" = ${organization}
        AND e."seq" = (SELECT c."seq" - ${most}::bigint + 1 FROM "AuditChain" c WHERE c."organizationId" = ${organization})`;
    return row?.at ?? null;
  }
}

export const emptyBar = (): Record<BarPart, number> => ({ allowed: 0, error: 0, pending: 0, limited: 0, denied: 0, other: 0 });

function partOf({ kind, decision, outcome }: { kind: string; decision: string | null; outcome: string | null }): BarPart {
  if (kind === 'change') return 'other';
  switch (decision) {
    case 'allowed':
    case 'approved':
      return outcome === null || outcome === 'ok' ? 'allowed' : outcome === 'unknown' || outcome === 'client_gone' ? 'other' : 'error';
    case 'limited':
    case 'pending':
      return decision;
    case 'denied':
    case 'expired':
    case 'unauthenticated':
      return 'denied';
    case 'rejected':
      return 'error';
    default:
      return 'other';
  }
}

interface CountedBar {
  at: Date;
  kind: string;
  decision: string | null;
  outcome: string | null;
  count: number;
}

async function countBars(
  tx: Prisma.TransactionClient,
  organizationId: string,
  query: AuditQuery,
  { rolledUp, events }: Counting,
  { start, widthMs }: { start: Date; widthMs: number },
): Promise<CountedBar[]> {
  const bin = (column: Prisma.Sql) => Prisma.sql`date_bin(${`${widthMs} milliseconds`}::interval, ${column}, ${start}::timestamptz)`;
  const parts = events.map(
    (where) => Prisma.sql`SELECT ${bin(Prisma.sql`e."at"`)} AS at, e."kind", e."decision", e."outcome", count(*)::int AS count
      FROM "AuditEvent" e WHERE ${where} AND ${rolledUpEventSql(query)} GROUP BY 1, 2, 3, 4`,
  );
  // Grouped by numbers, which is several times as fast as by texts: what counts alike has one.
  const kinds = Prisma.sql`SELECT c."key", dense_rank() OVER (ORDER BY c."kind", c."decision", c."outcome")::int AS alike, c."kind", c."decision", c."outcome"
    FROM "AuditCombination" c WHERE c."organizationId" = ${organizationId} AND ${rolledUpSql(query)}`;
  for (const where of rolledUp)
    parts.push(Prisma.sql`SELECT ${bin(Prisma.sql`counted."bucket"`)} AS at, k."kind", k."decision", k."outcome", counted.count FROM (
        SELECT r."bucket", k.alike, sum(r."count")::int AS count FROM "AuditRollUp" r JOIN kinds k ON k."key" = r."key" WHERE ${where} GROUP BY 1, 2
      ) counted JOIN (SELECT DISTINCT ON (alike) alike, "kind", "decision", "outcome" FROM kinds) k ON k.alike = counted.alike`);
  if (parts.length === 0) return [];
  const rows = Prisma.join(
    parts.map((part) => Prisma.sql`(${part})`),
    ' UNION ALL ',
  );
  return tx.$queryRaw<CountedBar[]>`WITH kinds AS MATERIALIZED (${kinds}) SELECT * FROM (${rows}) rows`;
}
