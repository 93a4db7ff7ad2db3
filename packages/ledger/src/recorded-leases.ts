/** The places among the calls in flight that running calls hold, read from PostgreSQL. */
import type pg from 'pg';

export interface RecordedLease {
  key: string;
  /** Running calls, and how long each may still hold it. */
  holders: { callId: string; leftMicros: number }[];
}

/** @param client in a transaction that runs for this organization (`setOrganization`). */
export async function recordedLeases(client: pg.ClientBase, organizationId: string): Promise<RecordedLease[]> {
  const { rows } = await client.query<{ key: string; callId: string; left: string }>(QUERY, [organizationId]);
  const leases = new Map<string, RecordedLease>();
  for (const { key, callId, left } of rows) {
    const lease = leases.get(key) ?? { key, holders: [] };
    leases.set(key, lease);
    lease.holders.push({ callId, leftMicros: Number(left) });
  }
  return [...leases.values()];
}

/** A call that runs is an AuditIntent, before it is drained an AuditRecord, and until its end is drained still either. */
const QUERY = `
WITH running AS (
  SELECT at, "callId", record->'facts'->'detail'->'leases' AS leases FROM "AuditIntent" WHERE "organizationId" = $1
  UNION ALL
  SELECT at, record->>'callId', record->'facts'->'detail'->'leases' FROM "AuditRecord" WHERE "organizationId" = $1 AND record->>'type' = 'intent'
), ended AS (
  SELECT record->>'callId' AS "callId" FROM "AuditRecord" WHERE "organizationId" = $1 AND record->>'type' = 'end'
)
SELECT l->>'key' AS key, "callId", (l->>'ttlMs')::bigint * 1000 - (extract(epoch FROM clock_timestamp() - at) * 1000000)::bigint AS left
FROM running, jsonb_array_elements(CASE jsonb_typeof(leases) WHEN 'array' THEN leases ELSE '[]' END) l
WHERE at + make_interval(secs => (l->>'ttlMs')::float8 / 1000) > clock_timestamp()
  AND NOT EXISTS (SELECT 1 FROM ended WHERE ended."callId" = running."callId")`;
