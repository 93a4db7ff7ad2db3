/** A transaction that reads what PostgreSQL keeps of one organization. */
import { setOrganization } from '@toolgate/db/database';
import type pg from 'pg';

export async function inReadTransaction<T>(pool: pg.Pool, organizationId: string, run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN READ ONLY');
    await setOrganization(client, organizationId);
    const result = await run(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
