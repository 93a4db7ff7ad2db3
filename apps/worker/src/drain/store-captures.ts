import type { AuditFacts } from '@toolgate/audit/event';
import type pg from 'pg';

/** Captured arguments as they are kept: apart from their event. */
export interface SealedCapture {
  organizationId: string;
  eventId: string;
  at: string;
  /** Base64. */
  ciphertext: string;
}

/** Takes captured arguments out of the facts and puts them to the others: the log itself never holds a value. */
export function takeCaptures(given: AuditFacts[], captures: SealedCapture[]): AuditFacts[] {
  return given.map((one) => {
    const { captured } = one.detail;
    if (captured?.sealed === undefined) return one;
    const { sealed, ...kept } = captured;
    captures.push({ organizationId: one.organizationId, eventId: one.id, at: one.at, ciphertext: sealed });
    return { ...one, detail: { ...one.detail, captured: kept } };
  });
}

/** In the caller's transaction. */
export async function storeCaptures(client: pg.ClientBase, captures: SealedCapture[]): Promise<void> {
  if (captures.length > 0) await client.query(INSERT, [JSON.stringify(captures)]);
}

const INSERT = `INSERT INTO "AuditCapture" ("organizationId", "eventId", at, ciphertext)
  SELECT "organizationId", "eventId", at, decode(ciphertext, 'base64')
  FROM json_to_recordset($1::json) AS c("organizationId" text, "eventId" text, at timestamptz, ciphertext text) ON CONFLICT DO NOTHING`;
