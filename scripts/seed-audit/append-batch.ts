/** Appends events to a chain as the worker does, by COPY. */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { canonical, chainHash, GENESIS } from '@toolgate/audit/chain';
import { COPY_COLUMNS, copyLine } from '@toolgate/audit/copy-line';
import type { AuditFacts } from '@toolgate/audit/event';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** "Audit records are being drained": the worker's lock, so that a running system is not disturbed. */
const DRAIN_LOCK = '8391620114235002';

const COPY = `COPY "AuditEvent" (${COPY_COLUMNS}) FROM STDIN`;

/** One transaction: chains, stores, moves the head (which rolls up), and tells whoever follows. */
export async function appendBatch(client: pg.Client, organizationId: string, facts: AuditFacts[]): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [DRAIN_LOCK]);
    await client.query('INSERT INTO "AuditChain" ("organizationId", seq, hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING', [
      organizationId,
      GENESIS,
    ]);
    const { rows } = await client.query<{ seq: string; hash: string }>(
      'SELECT seq, hash FROM "AuditChain" WHERE "organizationId" = $1 FOR UPDATE',
      [organizationId],
    );
    let [seq, hash] = [Number(rows[0]?.seq), rows[0]?.hash ?? GENESIS];
    const lines = facts.map((one) => {
      const prevHash = hash;
      hash = chainHash(prevHash, canonical({ ...one, seq: ++seq }), sha256);
      return copyLine({ ...one, seq, prevHash, hash });
    });
    await pipeline([lines.join('')], client.query(copyFrom(COPY)));
    await client.query('UPDATE "AuditChain" SET seq = $2, hash = $3 WHERE "organizationId" = $1', [organizationId, seq, hash]);
    await client.query("SELECT pg_notify('toolgate_audit', $1)", [organizationId]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
