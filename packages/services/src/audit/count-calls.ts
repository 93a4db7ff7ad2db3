import { type CallDecision, DECISIONS } from '@toolgate/audit/event';
import { queryMoment } from '@toolgate/audit/query/moment';
import type { Actor, Services } from '../context.ts';

export interface CallBucket {
  start: Date;
  end: Date;
  counts: Record<CallDecision, number>;
}

/**
 * Calls by decision in `buckets` (1 … 200) equal spans from `since` until now, oldest first; empty spans are there too.
 * @param since a moment, or as in a filter: `1h`, `24h`, `7d`; at most 31 days ago
 */
export async function countCalls(
  s: Pick<Services, 'db' | 'now'>,
  actor: Actor,
  { since, buckets }: { since: Date | string; buckets: number },
): Promise<CallBucket[]> {
  const end = s.now().getTime();
  const asked = (typeof since === 'string' ? queryMoment(since, end) : since)?.getTime() ?? end - 86_400_000;
  const start = Math.max(Math.min(asked, end - 1000), end - 31 * 86_400_000);
  const count = Math.min(Math.max(1, Math.trunc(buckets)), 200);
  const width = (end - start) / count;
  const rows = await s.db.forOrganization(
    actor.organizationId,
    (tx) => tx.$queryRaw<{ bucket: number; decision: CallDecision; count: number }[]>`
      SELECT floor((extract(epoch FROM "at") * 1000 - ${start}::float8) / ${width}::float8)::int AS "bucket", "decision", count(*)::int AS "count"
      FROM "AuditEvent"
      WHERE "organizationId" = ${actor.organizationId} AND "at" >= ${new Date(start)} AND "at" < ${new Date(end)} AND "kind" = 'call'
        AND "decision" IS NOT NULL
      GROUP BY 1, 2`,
  );
  const spans = Array.from({ length: count }, (_, index) => ({
    start: new Date(start + index * width),
    end: new Date(start + (index + 1) * width),
    counts: none(),
  }));
  for (const { bucket, decision, count: calls } of rows) {
    const span = spans[Math.min(Math.max(bucket, 0), count - 1)];
    if (span && decision in span.counts) span.counts[decision] += calls;
  }
  return spans;
}

function none(): Record<CallDecision, number> {
  return Object.fromEntries(DECISIONS.map((decision) => [decision, 0])) as Record<CallDecision, number>;
}
