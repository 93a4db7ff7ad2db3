/** Makes the months of the audit log that are coming, and forgets gateways that are long gone. */
import type { Database } from '@toolgate/db/database';

export async function makePartitions(pool: Database['pool']): Promise<void> {
  await pool.query('SELECT toolgate_make_audit_partitions(now())');
  await pool.query(
    `DELETE FROM "GatewayProcess" g WHERE g."seenAt" < now() - INTERVAL '1 day'
     AND NOT EXISTS (SELECT 1 FROM "AuditIntent" i WHERE i."gatewayId" = g.id)`,
  );
}
