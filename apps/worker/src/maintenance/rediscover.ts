/** Asks servers for their tools again: what changed is quarantined until somebody has looked at it. */
import type { Database } from '@toolgate/db/database';
import type { Producers } from '@toolgate/jobs/producers';

/** Ready servers every six hours; those whose first discovery was never made (the queue was away when they were registered), soon. */
export async function rediscover(pool: Database['pool'], jobs: Producers): Promise<number> {
  const { rows } = await pool.query<{ organizationId: string; serverId: string }>(
    `SELECT "organizationId", id AS "serverId" FROM "Server"
     WHERE (status = 'ready' AND "discoveredAt" < now() - INTERVAL '6 hours')
        OR (status = 'discovering' AND "createdAt" < now() - INTERVAL '1 minute') LIMIT 1000`,
  );
  for (const server of rows) await jobs.discoverServer(server);
  return rows.length;
}
