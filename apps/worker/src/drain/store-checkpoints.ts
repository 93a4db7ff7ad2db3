import type { Checkpoint } from '@toolgate/audit/checkpoint';
import type pg from 'pg';

/** In the caller's transaction. */
export async function storeCheckpoints(client: pg.ClientBase, checkpoints: Checkpoint[]): Promise<void> {
  if (checkpoints.length === 0) return;
  await client.query(
    `INSERT INTO "AuditCheckpoint" ("organizationId", seq, hash, at, "keyId", signature)
     SELECT * FROM json_to_recordset($1::json)
       AS c("organizationId" text, seq bigint, hash text, at timestamptz, "keyId" text, signature text) ON CONFLICT DO NOTHING`,
    [JSON.stringify(checkpoints)],
  );
}
