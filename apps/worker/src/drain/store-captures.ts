import type { AuditFacts } from '@toolgate/audit/event';
import type pg from 'pg';

/** Takes captured arguments out of the facts and keeps them apart, in the caller's transaction: the log itself never holds a value. */
export async function storeCaptures(client: pg.ClientBase, facts: AuditFacts[]): Promise<AuditFacts[]> {
  const rows: { organizationId: string; eventId: string; at: string; ciphertext: string }[] = [];
  const without = facts.map((one) => {
    const { captured } = one.detail;
    if (captured?.sealed === undefined) return one;
    const { sealed, ...kept } = captured;
    rows.push({ organizationId: one.organizationId, eventId: one.id, at: one.at, ciphertext: sealed });
    return { ...one, detail: { ...one.detail, captured: kept } };
  });
  if (rows.length > 0) await client.query(INSERT, [JSON.stringify(rows)]);
  return without;
}

const INSERT = `INSERT INTO "AuditCapture" ("organizationId", "eventId", at, ciphertext)
  SELECT "organizationId", "eventId", at, decode(ciphertext, 'base64')
  FROM json_to_recordset($1::json) AS c("organizationId" text, "eventId" text, at timestamptz, ciphertext text) ON CONFLICT DO NOTHING`;
