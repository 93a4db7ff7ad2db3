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
const NEAR = 200;

/**
 * Where the roll-up says that there are events for the part of the query that it knows. The newest `MOST` places are enough for a page:
 * at each there is an event at least.
 */
export async function matchingWindows(
  tx: Transaction,
  organizationId: string,
  query: AuditQuery,
  { low, high }: SeqBounds,
): Promise<MatchingWindows> {
  const rows = await tx.$queryRaw<{ first: bigint; last: bigint }[]>`
    SELECT GREATEST(r."firstSeq", ${low}::bigint) AS first, LEAST(r."lastSeq", ${high}::bigint) AS last FROM "AuditRollUp" r
    WHERE r."organizationId" = ${organizationId} AND r."minutes" = 15 AND r."firstSeq" <= ${high}::bigint AND r."lastSeq" >= ${low}::bigint
      AND r."key" IN (SELECT c."key" FROM "AuditCombination" c WHERE c."organizationId" = ${organizationId} AND ${rolledUpSql(query)})
    ORDER BY 2 DESC LIMIT ${MOST}`;
  const windows: SeqBounds[] = [];
  for (const { first, last } of rows) {
    const before = windows.at(-1);
    const [from, to] = [Number(first), Number(last)];
    if (before && to >= before.low - NEAR) before.low = Math.min(before.low, from);
    else windows.push({ low: from, high: to });
  }
  if (rows.length < MOST) return { windows, low };
  // What was cut off ends at the last one's end or before it.
  const known = Number(rows.at(-1)?.last ?? low) + 1;
  return {
    windows: windows.map((one) => ({ low: Math.max(one.low, known), high: one.high })).filter((one) => one.low <= one.high),
    low: known,
  };
}

/** `windows` as rows of SQL. */
export const windowRows = (windows: SeqBounds[]): Prisma.Sql =>
  Prisma.sql`unnest(${windows.map(({ low }) => low)}::bigint[], ${windows.map(({ high }) => high)}::bigint[]) AS w(low, high)`;
