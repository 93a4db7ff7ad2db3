import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { storeCheckpoints } from '../drain/store-checkpoints.ts';

const MOST = 500;

/** Signs where those chains stand whose news has waited long enough. Gives how many it signed. */
export async function signDue(pool: pg.Pool, signer: Signer): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<{ organizationId: string; seq: string; hash: string }>(
      `SELECT "organizationId", seq, hash FROM "AuditChain" WHERE "signBy" <= now()
       ORDER BY "organizationId" LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [MOST],
    );
    const at = new Date().toISOString();
    await storeCheckpoints(
      client,
      rows.map(({ organizationId, seq, hash }) => signer.sign({ organizationId, seq: Number(seq), hash, at })),
    );
    await client.query('UPDATE "AuditChain" SET "signedSeq" = seq, "signBy" = NULL WHERE "organizationId" = ANY($1)', [
      rows.map((row) => row.organizationId),
    ]);
    await client.query('COMMIT');
    client.release();
    return rows.length;
  } catch (error) {
    client.release(true); // ending the connection rolls back
    throw error;
  }
}
