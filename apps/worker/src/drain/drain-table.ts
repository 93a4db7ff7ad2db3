/** Drains the AuditRecord table: changes of the control plane always, calls with the embedded ledger. */
import type pg from 'pg';
import { inDrainTransaction, isDataError } from './in-drain-transaction.ts';
import { asUnreadable, type PendingRecord, readPending } from './pending-record.ts';
import { storeRecords } from './store-records.ts';

const MOST = 2000;

/** Takes one batch, oldest first, and deletes it in the transaction that stores it. Gives how many records it took. */
export async function drainTable(pool: pg.Pool): Promise<number> {
  try {
    return await inDrainTransaction(pool, (client) => take(client, MOST, null));
  } catch (error) {
    if (!isDataError(error)) throw error;
  }
  // Something in the batch cannot be stored. One by one, it becomes an event that says so, and the others are stored as they are.
  for (let taken = 0; ; taken++) {
    const one = await inDrainTransaction(pool, (client) => take(client, 1, null)).catch((error) => {
      if (!isDataError(error)) throw error;
      return inDrainTransaction(pool, (client) => take(client, 1, (error as Error).message));
    });
    if (one === 0 || taken >= MOST) return taken;
  }
}

async function take(client: pg.PoolClient, most: number, fault: string | null): Promise<number> {
  const { rows } = await client.query<{ id: string; organizationId: string; record: unknown; at: Date }>(
    'SELECT id, "organizationId", record, at FROM "AuditRecord" ORDER BY id LIMIT $1 FOR UPDATE',
    [most],
  );
  if (rows.length === 0) return 0;
  const batch: PendingRecord[] = [];
  for (const { id, organizationId, record, at } of rows) {
    const pending = readPending(`AuditRecord ${id}`, at, record, organizationId);
    batch.push(fault === null ? pending : asUnreadable(pending, fault));
  }
  await storeRecords(client, batch);
  await client.query('DELETE FROM "AuditRecord" WHERE id = ANY($1::bigint[])', [rows.map((row) => row.id)]);
  return rows.length;
}
