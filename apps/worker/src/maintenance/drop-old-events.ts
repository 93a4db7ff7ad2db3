/** Retention: drops whole months of the audit log that are older than the operator keeps them. */
import type { Database } from '@toolgate/db/database';

/**
 * Each organization that loses events gets an event that says which; the database function that drops writes it.
 * @param months null: events are kept for ever. Gives how many events were dropped.
 */
export async function dropOldEvents(pool: Database['pool'], months: number | null, now = new Date()): Promise<number> {
  if (months === null) return 0;
  const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1));
  const { rows: done } = await pool.query('SELECT 1 FROM "AuditInstallation" WHERE "droppedBefore" >= $1', [before]);
  if (done.length > 0 && !(await hasStragglers(pool, before))) return 0;
  const { rows } = await pool.query<{ dropped: string }>('SELECT toolgate_drop_audit($1, $2) AS dropped', [before, months]);
  await pool.query(
    `INSERT INTO "AuditInstallation" (id, "droppedBefore") VALUES (1, $1)
     ON CONFLICT (id) DO UPDATE SET "droppedBefore" = GREATEST("AuditInstallation"."droppedBefore", excluded."droppedBefore")`,
    [before],
  );
  return Number(rows[0]?.dropped ?? 0);
}

/** Events of a dropped month that arrived after it. */
async function hasStragglers(pool: Database['pool'], before: Date): Promise<boolean> {
  const { rows } = await pool.query('SELECT 1 FROM "AuditEvent" WHERE at < $1 LIMIT 1', [before]);
  return rows.length > 0;
}
