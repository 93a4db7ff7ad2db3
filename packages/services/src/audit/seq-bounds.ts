import type { AuditQuery } from '@toolgate/audit/query/query';
import { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { BUCKET_MS, floorTo, timeRangeOf } from './time-range.ts';

/** Between which numbers (both included) everything lies that a query can match. `low > high`: nothing does. */
export interface SeqBounds {
  low: number;
  high: number;
}

/** From the head of the chain, the query's times and its numbers: no event is read for it. */
export async function seqBounds(
  tx: Transaction,
  organizationId: string,
  query: AuditQuery,
  now: Date,
): Promise<SeqBounds & { head: number }> {
  const { since, until } = timeRangeOf(query, now);
  const spans = Prisma.sql`SELECT min(s."firstSeq") AS low, max(s."lastSeq") AS high FROM "AuditSpan" s WHERE s."organizationId" = ${organizationId}
    ${since ? Prisma.sql`AND s."bucket" >= ${floorTo(since, BUCKET_MS)}` : Prisma.empty} ${until ? Prisma.sql`AND s."bucket" < ${until}` : Prisma.empty}`;
  const [row] = await tx.$queryRaw<{ head: bigint | null; low: bigint | null; high: bigint | null }[]>`
    SELECT (SELECT c."seq" FROM "AuditChain" c WHERE c."organizationId" = ${organizationId}) AS head, t.low, t.high FROM (${spans}) t`;
  const head = Number(row?.head ?? 0);
  const bounds = since || until ? { low: Number(row?.low ?? 1), high: Number(row?.high ?? 0) } : { low: 1, high: head };
  for (const term of query.terms) {
    if (term.kind !== 'range' || term.field !== 'seq' || term.negated) continue;
    if (term.min) bounds.low = Math.max(bounds.low, Math.ceil(term.min.value));
    if (term.max) bounds.high = Math.min(bounds.high, Math.floor(term.max.value));
  }
  return { ...bounds, head };
}
