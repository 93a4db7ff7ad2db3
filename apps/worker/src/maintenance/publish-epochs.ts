/** Finishes changes that are saved but whose epoch did not reach the ledger. */
import type { Database } from '@toolgate/db/database';
import type { EpochPublisher } from '@toolgate/ledger/ledger';

/** Rejects at the first epoch that cannot be told; the next round goes on. Gives how many were told. */
export async function publishEpochs(pool: Database['pool'], epochs: EpochPublisher): Promise<number> {
  const { rows } = await pool.query<{ id: string; epoch: number }>(
    'SELECT id, epoch FROM "Organization" WHERE "publishedEpoch" < epoch ORDER BY id LIMIT 1000',
  );
  for (const { id, epoch } of rows) {
    await epochs.publishEpoch(id, epoch);
    await pool.query('UPDATE "Organization" SET "publishedEpoch" = $2 WHERE id = $1 AND "publishedEpoch" < $2', [id, epoch]);
  }
  return rows.length;
}
