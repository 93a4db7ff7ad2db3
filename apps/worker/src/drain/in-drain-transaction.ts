/** Transactions of the drain: one at a time in the whole installation, so that a second worker does no harm. */
import type pg from 'pg';

/** "Audit records are being drained." */
const LOCK_ID = '8391620114235002';

export async function inDrainTransaction<T>(pool: pg.Pool, run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_ID]);
    const result = await run(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // Ending the connection rolls back, whatever state it is in.
    client.release(true);
    throw error;
  }
}

/** PostgreSQL refused a value (class 22, data exception): trying again would not help. */
export function isDataError(error: unknown): boolean {
  return /^22/.test((error as { code?: string } | null)?.code ?? '');
}
