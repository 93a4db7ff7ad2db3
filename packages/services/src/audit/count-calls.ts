import { type CallDecision, DECISIONS } from '@toolgate/audit/event';
import { queryMoment } from '@toolgate/audit/query/moment';
import { Prisma } from '@toolgate/db/client';
import type { Actor, Services } from '../context.ts';
import { BUCKET_MS, ceilTo } from './time-range.ts';

export interface CallBucket {
  start: Date;
  end: Date;
  counts: Record<CallDecision, number>;
}

interface Spans {
  /** When the first begins, ms since 1970. */
  start: number;
  widthMs: number;
  count: number;
}

/**
 * Calls by decision in `buckets` (1 … 200) equal spans from `since` until now, oldest first; empty spans are there too. Spans of whole
 * quarters of an hour begin at one, so that the last is still under way: they are counted from the roll-up, without reading an event.
 * @param since a moment, or as in a filter: `1h`, `24h`, `7d`; at most 31 days ago
 */
export async function countCalls(
  s: Pick<Services, 'db' | 'now'>,
  actor: Actor,
  { since, buckets }: { since: Date | string; buckets: number },
): Promise<CallBucket[]> {
  const spans = spansOf(since, buckets, s.now().getTime());
  const { start, widthMs, count } = spans;
  const counting = widthMs % BUCKET_MS === 0 ? countedSql(spans, actor.organizationId) : eventsSql(spans, actor.organizationId);
  const rows = await s.db.forOrganization(actor.organizationId, (tx) =>
    tx.$queryRaw<{ bucket: number; decision: CallDecision; count: number }[]>(counting),
  );
  const counted = Array.from({ length: count }, (_, index) => ({
    start: new Date(start + index * widthMs),
    end: new Date(start + (index + 1) * widthMs),
    counts: none(),
  }));
  for (const { bucket, decision, count: calls } of rows) {
    const span = counted[Math.min(Math.max(bucket, 0), count - 1)];
    if (span && decision in span.counts) span.counts[decision] += calls;
  }
  return counted;
}

const DAY_MS = 86_400_000;

function spansOf(since: Date | string, buckets: number, now: number): Spans {
  const asked = (typeof since === 'string' ? queryMoment(since, now) : since)?.getTime() ?? now - DAY_MS;
  const start = Math.max(Math.min(asked, now - 1000), now - 31 * DAY_MS);
  const count = Math.min(Math.max(1, Math.trunc(buckets)), 200);
  const widthMs = (now - start) / count;
  if (widthMs % BUCKET_MS !== 0) return { start, widthMs, count };
  return { start: ceilTo(new Date(now), BUCKET_MS).getTime() - count * widthMs, widthMs, count };
}

const spanSql = (at: Prisma.Sql, { start, widthMs }: Spans): Prisma.Sql =>
  Prisma.sql`floor((extract(epoch FROM ${at}) * 1000 - ${start}::float8) / ${widthMs}::float8)::int AS "bucket"`;

function countedSql(spans: Spans, organizationId: string): Prisma.Sql {
  const [from, to] = [new Date(spans.start), new Date(spans.start + spans.count * spans.widthMs)];
  return Prisma.sql`SELECT ${spanSql(Prisma.sql`r."bucket"`, spans)}, c."decision", sum(r."count")::int AS "count"
    FROM "AuditRollUp" r JOIN "AuditCombination" c ON c."organizationId" = r."organizationId" AND c."key" = r."key"
    WHERE r."organizationId" = ${organizationId} AND r."minutes" = 15 AND r."bucket" >= ${from} AND r."bucket" < ${to}
      AND c."kind" = 'call' AND c."decision" IS NOT NULL
    GROUP BY 1, 2`;
}

function eventsSql(spans: Spans, organizationId: string): Prisma.Sql {
  const [from, to] = [new Date(spans.start), new Date(spans.start + spans.count * spans.widthMs)];
  return Prisma.sql`SELECT ${spanSql(Prisma.sql`e."at"`, spans)}, e."decision", count(*)::int AS "count"
    FROM "AuditEvent" e
    WHERE e."organizationId" = ${organizationId} AND e."at" >= ${from} AND e."at" < ${to} AND e."kind" = 'call' AND e."decision" IS NOT NULL
    GROUP BY 1, 2`;
}

function none(): Record<CallDecision, number> {
  return Object.fromEntries(DECISIONS.map((decision) => [decision, 0])) as Record<CallDecision, number>;
}
