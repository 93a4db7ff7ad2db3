/** Drains the AuditRecord table: changes of the control plane always, calls with the embedded ledger. */
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { inDrainTransaction, isDataError } from './in-drain-transaction.ts';
import { asUnreadable, type PendingRecord, readPending } from './pending-record.ts';
import { storeRecords } from './store-records.ts';

const MOST = 5000;

/** Takes one batch, oldest first, in the transaction that stores it. Gives how many records it took. */
export async function drainTable(pool: pg.Pool, signer: Signer | null): Promise<number> {
  const attempt = (most: number, fault: string | null) => inDrainTransaction(pool, (client) => take(client, signer, most, fault));
  try {
    return await attempt(MOST, null);
  } catch (error) {
    if (!isDataError(error)) throw error;
  }
  // Something in the batch cannot be stored. One by one, it becomes an event that says so, and the others are stored as they are.
  for (let taken = 0; ; taken++) {
    const one = await attempt(1, null).catch((error) => {
      if (!isDataError(error)) throw error;
      return attempt(1, (error as Error).message);
    });
    if (one === 0 || taken >= MOST) return taken;
  }
}

/** The drain's lock is held: nobody else takes from the table. */
async function take(client: pg.PoolClient, signer: Signer | null, most: number, fault: string | null): Promise<number> {
  const { rows } = await client.query<{ id: string; organizationId: string; record: unknown; ms: number }>(
    `DELETE FROM "AuditRecord" WHERE id IN (SELECT id FROM "AuditRecord" ORDER BY id LIMIT $1)
     RETURNING id, "organizationId", record, (extract(epoch FROM at) * 1000)::float8 AS ms`,
    [most],
  );
  if (rows.length === 0) return 0;
  rows.sort((a, b) => Number(a.id) - Number(b.id));
  const batch: PendingRecord[] = rows.map(({ id, organizationId, record, ms }) => {
    const pending = readPending(`AuditRecord ${id}`, new Date(ms), record, organizationId);
    return fault === null ? pending : asUnreadable(pending, fault);
  });
  await storeRecords(client, batch, signer);
  return rows.length;
}
