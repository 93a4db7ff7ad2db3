/** Calls that were admitted and have not ended: "AuditIntent". */
import type { AuditRecord } from '@toolgate/audit/event';
import type pg from 'pg';

export type Intent = Extract<AuditRecord, { type: 'intent' }>;

export interface CallKey {
  organizationId: string;
  callId: string;
}

export interface OpenedIntent {
  /** Its facts say when it was admitted. */
  intent: Intent;
  /** When the ledger took it. */
  at: string;
}

/** One text for a call, to look it up by. */
export const keyOf = ({ organizationId, callId }: CallKey): string => `${organizationId} ${callId}`;

export async function readIntents(db: Pick<pg.Pool | pg.ClientBase, 'query'>, calls: CallKey[]): Promise<Map<string, Intent>> {
  if (calls.length === 0) return new Map();
  const { rows } = await db.query<CallKey & { record: Intent }>(
    `SELECT i."organizationId", i."callId", i.record FROM "AuditIntent" i
     JOIN unnest($1::text[], $2::text[]) AS e(organization, call) ON i."organizationId" = e.organization AND i."callId" = e.call`,
    [calls.map((call) => call.organizationId), calls.map((call) => call.callId)],
  );
  return new Map(rows.map((row) => [keyOf(row), row.record]));
}

/** Gives how many of them were there. */
export async function deleteIntents(client: pg.ClientBase, calls: CallKey[]): Promise<number> {
  if (calls.length === 0) return 0;
  const { rowCount } = await client.query(
    `DELETE FROM "AuditIntent" i USING unnest($1::text[], $2::text[]) AS e(organization, call)
     WHERE i."organizationId" = e.organization AND i."callId" = e.call`,
    [calls.map((call) => call.organizationId), calls.map((call) => call.callId)],
  );
  return rowCount ?? 0;
}

export async function insertIntents(client: pg.ClientBase, opened: OpenedIntent[]): Promise<void> {
  if (opened.length === 0) return;
  const rows = opened.map(({ intent, at }) => {
    const { facts, callId, gatewayId } = intent;
    return { organizationId: facts.organizationId, callId, gatewayId, at, record: intent };
  });
  await client.query(
    `INSERT INTO "AuditIntent" ("organizationId", "callId", "gatewayId", at, record)
     SELECT "organizationId", "callId", "gatewayId", at, record
     FROM json_to_recordset($1::json) AS i("organizationId" text, "callId" text, "gatewayId" text, at timestamptz, record jsonb)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows)],
  );
}
