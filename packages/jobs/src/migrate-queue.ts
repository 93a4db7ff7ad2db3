/** Makes BullMQ's tables, for an installation without Redis. */
import { runMigrations } from 'bullmq';
import pg from 'pg';
import { QUEUE_SCHEMA } from './connection.ts';

/**
 * Brings schema `bullmq` up to date and lets the restricted roles use it. Safe to run again, and by two processes at once.
 * @param ownerUrl of the owner of the database: the restricted roles may not create a schema.
 */
export async function migrateQueue(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    // Two processes that grant at once would collide; the end of the session releases the lock.
    await client.query("SELECT pg_advisory_lock(hashtext('toolgate.bullmq'))");
    await runMigrations(client, QUEUE_SCHEMA);
    await client.query(`
      GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO toolgate_app, toolgate_worker;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO toolgate_app, toolgate_worker;
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO toolgate_app, toolgate_worker;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO toolgate_app, toolgate_worker`);
  } finally {
    await client.end();
  }
}
