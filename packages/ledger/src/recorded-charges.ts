/** The charges of recorded calls that still count, read from PostgreSQL: what counters are rebuilt from. */
import type pg from 'pg';
import { WINDOW_PARTS } from './precision.ts';

export interface RecordedCounter {
  key: string;
  windowMs: number;
  /** Oldest first. Charges of one thousandth of the window are one part, as old as the youngest that could be in it. */
  parts: { name: string; ageMicros: number; amountMicros: number }[];
}

/**
 * @param client in a transaction that runs for this organization (`setOrganization`).
 * @param only counters of one window; null: every counter of the organization that was charged within the longest window there is (31 days).
 */
export async function recordedCharges(
  client: pg.ClientBase,
  organizationId: string,
  only: { keys: readonly string[]; windowMs: number } | null,
): Promise<RecordedCounter[]> {
  const { rows } = await client.query<{ key: string; windowMs: string; part: string; age: string; amount: string }>(QUERY, [
    organizationId,
    only?.keys ?? null,
    only?.windowMs ?? 31 * 24 * 3600 * 1000,
    WINDOW_PARTS,
  ]);
  return collect(rows);
}

function collect(rows: { key: string; windowMs: string; part: string; age: string; amount: string }[]): RecordedCounter[] {
  const counters = new Map<string, RecordedCounter>();
  for (const row of rows) {
    const id = `${row.windowMs} ${row.key}`;
    const counter = counters.get(id) ?? { key: row.key, windowMs: Number(row.windowMs), parts: [] };
    counters.set(id, counter);
    counter.parts.push({ name: row.part, ageMicros: Number(row.age), amountMicros: Number(row.amount) });
  }
  return [...counters.values()];
}

/**
 * $1 organization, $2 counters or null, $3 window or the longest one (ms), $4 parts of a window. A call is an event once it has
 * ended, an AuditIntent while it runs, and an AuditRecord before it is drained; each is counted once, what was given back not at all.
 * The millisecond added makes up for rounding. An event's `at` is when its request came, which may be up to an hour before it was admitted.
 */
const QUERY = `
WITH ended AS (
  SELECT r.record->>'callId' AS call, r.record->'end' AS detail FROM "AuditRecord" r
  WHERE r."organizationId" = $1 AND r.record->>'type' = 'end' AND r.record->'end' ?| ARRAY['refunded', 'refundedCharges']
), calls AS (
  SELECT COALESCE((e.detail->>'admittedAt')::timestamptz, e.at) AS at, e.detail->'charges' AS charges, e.detail AS ending
  FROM "AuditEvent" e
  WHERE e."organizationId" = $1 AND e.at > now() - make_interval(secs => $3::float8 / 1000 + 3600)
    AND e.decision IN ('allowed', 'approved') AND e.detail ? 'charges'
  UNION ALL
  SELECT i.at, i.record->'facts'->'detail'->'charges', u.detail FROM "AuditIntent" i LEFT JOIN ended u ON u.call = i."callId"
  WHERE i."organizationId" = $1
  UNION ALL
  SELECT r.at, r.record->'facts'->'detail'->'charges', u.detail FROM "AuditRecord" r LEFT JOIN ended u ON u.call = r.record->>'callId'
  WHERE r."organizationId" = $1 AND r.record->>'type' = 'intent'
), charges AS (
  SELECT c->>'key' AS key, (c->>'windowMs')::bigint AS window_ms, (c->>'amountMicros')::bigint AS amount,
    (extract(epoch FROM at) * 1000000)::bigint + 1000 AS micros, ceil((c->>'windowMs')::numeric * 1000 / $4::numeric) AS part
  FROM calls, jsonb_array_elements(CASE jsonb_typeof(charges) WHEN 'array' THEN charges ELSE '[]' END) WITH ORDINALITY AS one(c, nth)
  WHERE ($2::text[] IS NULL OR (c->>'key' = ANY ($2) AND (c->>'windowMs')::bigint = $3::bigint))
    AND NOT COALESCE(ending @> '{"refunded": true}' OR ending->'refundedCharges' @> to_jsonb(nth - 1), false)
), moment AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now)
SELECT key, window_ms AS "windowMs", (ceil(micros / part) * part)::bigint AS part,
  now - (ceil(micros / part) * part)::bigint AS age, sum(amount)::bigint AS amount
FROM charges, moment
WHERE (ceil(micros / part) * part)::bigint >= now - window_ms * 1000 AND amount > 0
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3`;
