/** Ends requests for approval whose time is over. That they no longer count does not depend on it: whoever looks compares the time. */
import { type AuditFacts, auditFacts } from '@toolgate/audit/event';
import { setOrganization } from '@toolgate/db/database';
import { newId } from '@toolgate/services/id';
import type pg from 'pg';

interface Expired {
  organizationId: string;
  id: string;
  grantId: string;
  serverId: string;
  tool: string;
  policyId: string;
  policyVersion: number;
  rule: string;
  client: string | null;
  decidedBy: string | null;
  now: Date;
}

const MOST = 500;

/** Gives how many have expired; each leaves an `expired` event. What was used within its fifteen minutes is used, not expired. */
export async function expireDue(pool: pg.Pool): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `UPDATE "Approval" SET "state" = 'used' WHERE "state" = 'approved' AND "uses" > 0 AND "expiresAt" <= clock_timestamp()`,
    );
    const { rows } = await client.query<Expired>(EXPIRE);
    for (const row of rows) {
      // Labels belong to the organization: the worker sees them only as it.
      await setOrganization(client, row.organizationId);
      const labels = await client.query<Labels>(LABELS, [row.organizationId, row.grantId, row.serverId]);
      const record = JSON.stringify({ type: 'event', facts: factsOf({ ...row, ...labels.rows[0] }) });
      await client.query('INSERT INTO "AuditRecord" ("organizationId", "record") VALUES ($1, $2)', [row.organizationId, record]);
    }
    await client.query('COMMIT');
    return rows.length;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

const EXPIRE = `
  UPDATE "Approval" a SET "state" = 'expired', "pendingHash" = NULL
  WHERE (a."organizationId", a."id") IN (
      SELECT "organizationId", "id" FROM "Approval"
      WHERE "state" IN ('pending', 'approved') AND "expiresAt" <= clock_timestamp() ORDER BY "expiresAt" LIMIT ${MOST} FOR UPDATE SKIP LOCKED)
  RETURNING a."organizationId", a."id", a."grantId", a."serverId", a."tool", a."policyId", a."policyVersion", a."rule", a."client",
    a."decidedBy", clock_timestamp() AS "now"`;

interface Labels {
  grant: string | null;
  server: string | null;
}

const LABELS = `
  SELECT (SELECT "label" FROM "Grant" WHERE "organizationId" = $1 AND "id" = $2) AS "grant",
    (SELECT "slug" FROM "Server" WHERE "organizationId" = $1 AND "id" = $3) AS "server"`;

function factsOf({ organizationId, id, decidedBy, now, ...known }: Expired & Partial<Labels>): AuditFacts {
  const message =
    decidedBy === null ? 'Nobody answered the request for approval in time.' : 'The approval was not used within fifteen minutes.';
  return auditFacts({
    ...known,
    id: newId(now.getTime()),
    organizationId,
    at: now.toISOString(),
    kind: 'call',
    method: 'tools/call',
    decision: 'expired',
    code: 'approval_expired',
    message,
    detail: { approval: { id, ...(decidedBy === null ? {} : { by: decidedBy }) } },
  });
}
