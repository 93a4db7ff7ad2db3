/** The charges of recorded calls that still count, read from PostgreSQL: what counters are rebuilt from. */
import { setOrganization } from '@toolgate/db/database';
import type pg from 'pg';
import { WINDOW_PARTS } from './precision.ts';

export interface RecordedCounter {
  key: string;
  windowMs: number;
  /** Oldest first. Charges of one thousandth of the window are one part, as old as the youngest that could be in it. */
  parts: { name: string; ageMicros: number; amountMicros: number }[];
}

/** @param only one counter; null: every counter of the organization that was charged within the longest window there is (31 days). */
export async function recordedCharges(
  pool: pg.Pool,
  organizationId: string,
  only: { key: string; windowMs: number } | null,
): Promise<RecordedCounter[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN READ ONLY');
    await setOrganization(client, organizationId);
    const { rows } = await client.query<{ key: string; windowMs: string; part: string; age: string; amount: string }>(QUERY, [
      organizationId,
      only?.key ?? null,
      only?.windowMs ?? 31 * 24 * 3600 * 1000,
      WINDOW_PARTS,
    ]);
    await client.query('COMMIT');
    client.release();
    return collect(rows);
  } catch (error) {
    client.release(true);
    throw error;
  }
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
 * $1 organization, $2 counter or null, $3 window or the longest one (ms), $4 parts of a window. A call is an event once it has
 * ended, an AuditIntent while it runs, and an AuditRecord before it is drained; each is counted once, refunded ones not at all.
 * The millisecond added makes up for rounding. An event's `at` is when its request came, which may be up to an hour before it was admitted.
 */
const QUERY = `
WITH undone AS (
  SELECT r.record->>'callId' AS call FROM "AuditRecord" r
  WHERE r."organizationId" = $1 AND r.record->>'type' = 'end' AND r.record->'end'->'refunded' = 'true'
), calls AS (
  SELECT COALESCE((e.detail->>'admittedAt')::timestamptz, e.at) AS at, e.detail->'charges' AS charges
  FROM "AuditEvent" e
  WHERE e."organizationId" = $1 AND e.at > now() - make_interval(secs => $3::float8 / 1000 + 3600)
    AND e.decision = 'allowed' AND e.detail ? 'charges' AND NOT e.detail @> '{"refunded": true}'
  UNION ALL
  SELECT i.at, i.record->'facts'->'detail'->'charges' FROM "AuditIntent" i
  WHERE i."organizationId" = $1 AND i."callId" NOT IN (SELECT call FROM undone)
  UNION ALL
  SELECT r.at, r.record->'facts'->'detail'->'charges' FROM "AuditRecord" r
  WHERE r."organizationId" = $1 AND r.record->>'type' = 'intent' AND r.record->>'callId' NOT IN (SELECT call FROM undone)
), charges AS (
  SELECT c->>'key' AS key, (c->>'windowMs')::bigint AS window_ms, (c->>'amountMicros')::bigint AS amount,
    (extract(epoch FROM at) * 1000000)::bigint + 1000 AS micros, ceil((c->>'windowMs')::numeric * 1000 / $4::numeric) AS part
  FROM calls, jsonb_array_elements(CASE jsonb_typeof(charges) WHEN 'array' THEN charges ELSE '[]' END) c
  WHERE ($2::text IS NULL OR (c->>'key' = $2 AND (c->>'windowMs')::bigint = $3::bigint))
), moment AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now)
SELECT key, window_ms AS "windowMs", (ceil(micros / part) * part)::bigint AS part,
  now - (ceil(micros / part) * part)::bigint AS age, sum(amount)::bigint AS amount
FROM charges, moment
WHERE (ceil(micros / part) * part)::bigint >= now - window_ms * 1000 AND amount > 0
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3`;
