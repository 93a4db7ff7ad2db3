/** Which sinks have something to be given, and that this worker gives it. */
import type pg from 'pg';
import type { Sink } from './sink.ts';

export interface ClaimedSink extends Omit<Sink, 'secret'> {
  ciphertext: Buffer | null;
  keyVersion: number | null;
  /** Everything up to this event has been delivered. */
  deliveredSeq: number;
  failures: number;
  /** There is news, and it is time for it. */
  due: boolean;
  /** Somebody waits for a test. */
  testWanted: boolean;
}

/** A worker that dies leaves its sinks to the others after so long. */
export const LEASE_S = 60;

/** Each sink is given to one worker at a time. */
export async function claimSinks(pool: pg.Pool, most: number): Promise<ClaimedSink[]> {
  const { rows } = await pool.query<Omit<ClaimedSink, 'deliveredSeq'> & { deliveredSeq: string }>(CLAIM, [most, LEASE_S]);
  return rows.map((row) => ({ ...row, deliveredSeq: Number(row.deliveredSeq) }));
}

const CLAIM = `WITH wanted AS (
  SELECT s."organizationId", s.id, o.slug,
    s."pausedAt" IS NULL AND s."nextAttemptAt" <= now() AND COALESCE(c.seq, 0) > s."deliveredSeq" AS due,
    s."testWantedAt" IS NOT NULL AND (s."testedAt" IS NULL OR s."testedAt" < s."testWantedAt") AS test
  FROM "AuditSink" s JOIN "Organization" o ON o.id = s."organizationId" LEFT JOIN "AuditChain" c ON c."organizationId" = s."organizationId"
  WHERE (s."leasedUntil" IS NULL OR s."leasedUntil" < now())
    AND ((s."pausedAt" IS NULL AND s."nextAttemptAt" <= now() AND COALESCE(c.seq, 0) > s."deliveredSeq")
      OR (s."testWantedAt" IS NOT NULL AND (s."testedAt" IS NULL OR s."testedAt" < s."testWantedAt")))
  ORDER BY s."nextAttemptAt" LIMIT $1 FOR UPDATE OF s SKIP LOCKED
)
UPDATE "AuditSink" s SET "leasedUntil" = now() + make_interval(secs => $2) FROM wanted w
WHERE s."organizationId" = w."organizationId" AND s.id = w.id
RETURNING s."organizationId", w.slug AS organization, s.id, s.kind, s.url, s."headerName", s.ciphertext, s."keyVersion", s."deliveredSeq",
  s.failures, w.due, w.test AS "testWanted"`;
