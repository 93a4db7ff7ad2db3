import type { AuditQuery } from '@toolgate/audit/query/query';
import { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { rolledUpSql } from './query-sql.ts';
import type { SeqBounds } from './seq-bounds.ts';

export interface MatchingWindows {
  /** Numbers between which events may match, the newest first; outside of them none does … */
  windows: SeqBounds[];
  /** … down to this number, which is included. */
  low: number;
}

const MOST = 400;
/** Windows that are nearly neighbours are read as one. */
const NEAR = 50;

/** Where the roll-up says nothing about the very next events, so many of them are read as they are. */
const PLAIN = 4000;

/**
 * Where the roll-up says that there are events for the part of the query that it knows, in a span of so long before `high`. The newest
 * `MOST` places are enough for a page: at each there is an event at least.
 */
export async function matchingWindows(
  tx: Transaction,
  organizationId: string,
  query: AuditQuery,
  { low, high, spanMs }: SeqBounds & { spanMs: number },
): Promise<MatchingWindows> {
  const span = await spanBefore(tx, organizationId, high, spanMs);
  const rows = await tx.$queryRaw<{ first: bigint; last: bigint }[]>`
    SELECT GREATEST(r."firstSeq", ${low}::bigint) AS first, LEAST(r."lastSeq", ${high}::bigint) AS last FROM "AuditRollUp" r
    WHERE r."organizationId" = ${organizationId} AND r."minutes" = 15 AND r."bucket" >= ${span.from} AND r."bucket" <= ${span.to}
      AND r."firstSeq" <= ${high}::bigint AND r."lastSeq" >= ${low}::bigint
      AND r."key" IN (SELECT c."key" FROM "AuditCombination" c WHERE c."organizationId" = ${organizationId} AND ${rolledUpSql(query)})
    ORDER BY 2 DESC LIMIT ${MOST}`;
  const windows: SeqBounds[] = [];
  for (const { first, last } of rows) {
    const before = windows.at(-1);
    const [from, to] = [Number(first), Number(last)];
    if (before && to >= before.low - NEAR) before.low = Math.min(before.low, from);
    else windows.push({ low: from, high: to });
  }
  // What was cut off ends at the last one's end or before it; what lies before the span, at its own.
  const cut = rows.length < MOST ? 0 : Number(rows.at(-1)?.last ?? 0);
  const known = Math.max(low, span.before + 1, cut + 1);
  if (known > high) return plainly(low, high);
  return {
    windows: windows.map((one) => ({ low: Math.max(one.low, known), high: one.high })).filter((one) => one.low <= one.high),
    low: known,
  };
}

function plainly(low: number, high: number): MatchingWindows {
  const from = Math.max(low, high - PLAIN + 1);
  return { windows: [{ low: from, high }], low: from };
}

/** The times of the events up to `high`, so far back; `before`: the highest number of an event that is older still. */
async function spanBefore(
  tx: Transaction,
  organizationId: string,
  high: number,
  spanMs: number,
): Promise<{ from: Date; to: Date; before: number }> {
  const [row] = await tx.$queryRaw<{ from: Date; to: Date; before: bigint | null }[]>`
    WITH ends AS (
      SELECT max(s."bucket") AS "to" FROM "AuditSpan" s WHERE s."organizationId" = ${organizationId} AND s."firstSeq" <= ${high}::bigint
    ), begins AS (
      SELECT ends."to" - ${`${spanMs} milliseconds`}::interval AS "from", ends."to" FROM ends
    )
    SELECT b."from", b."to", (
      SELECT max(s."lastSeq") FROM "AuditSpan" s WHERE s."organizationId" = ${organizationId} AND s."bucket" < b."from"
    ) AS before FROM begins b WHERE b."to" IS NOT NULL`;
  return row ? { ...row, before: Number(row.before ?? 0) } : { from: new Date(0), to: new Date(0), before: 0 };
}

/** `windows` as rows of SQL. */
export const windowRows = (windows: SeqBounds[]): Prisma.Sql =>
  Prisma.sql`unnest(${windows.map(({ low }) => low)}::bigint[], ${windows.map(({ high }) => high)}::bigint[]) AS w(low, high)`;
