/** Stores a batch of records: complete facts become events, intents wait for their ends, ends complete them. */
import type { AuditFacts, AuditRecord, CallEnd } from '@toolgate/audit/event';
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { appendEvents } from './append-events.ts';
import type { PendingRecord } from './pending-record.ts';

/** Within the caller's transaction, which must hold the drain's lock. Records are taken in the order given. */
export async function storeRecords(client: pg.ClientBase, batch: PendingRecord[], signer: Signer | null): Promise<void> {
  const waiting = await readIntents(client, batch);
  const opened = new Map<string, OpenedIntent>();
  const ended: CallKey[] = [];
  const events: AuditFacts[] = [];
  for (const { record, at } of batch) {
    switch (record.type) {
      case 'event':
        events.push(record.facts);
        break;
      case 'intent':
        opened.set(keyOf(record.facts.organizationId, record.callId), { intent: record, at: at.toISOString() });
        break;
      case 'end': {
        const key = keyOf(record.organizationId, record.callId);
        const open = opened.get(key);
        const intent = open ? admitted(open) : waiting.get(key);
        // None: the call has become `unknown` already, or its intent was never recorded.
        if (!intent) break;
        if (!opened.delete(key)) ended.push({ organizationId: record.organizationId, callId: record.callId });
        waiting.delete(key);
        events.push(completed(intent.facts, record.end));
        break;
      }
    }
  }
  await deleteIntents(client, ended);
  await insertIntents(client, [...opened.values()]);
  await appendEvents(client, events, signer);
}

/** The facts of a call that has ended. */
export function completed(facts: AuditFacts, end: CallEnd): AuditFacts {
  const { outcome, code, message, latencyMs, ...detail } = end;
  return {
    ...facts,
    outcome,
    code: code ?? facts.code,
    message: message ?? facts.message,
    latencyMs,
    detail: { ...facts.detail, ...detail },
  };
}

export type Intent = Extract<AuditRecord, { type: 'intent' }>;
export interface CallKey {
  organizationId: string;
  callId: string;
}

const keyOf = (organizationId: string, callId: string): string => `${organizationId} ${callId}`;

interface OpenedIntent {
  intent: Intent;
  /** When the ledger took it. */
  at: string;
}

function admitted({ intent, at }: OpenedIntent): Intent {
  const { facts } = intent;
  return { ...intent, facts: { ...facts, detail: { ...facts.detail, admittedAt: at } } };
}

/** The waiting intents of the calls that end in this batch. */
async function readIntents(client: pg.ClientBase, batch: PendingRecord[]): Promise<Map<string, Intent>> {
  const ends = batch.flatMap(({ record }) => (record.type === 'end' ? [record] : []));
  if (ends.length === 0) return new Map();
  const { rows } = await client.query<CallKey & { record: Intent }>(
    `SELECT i."organizationId", i."callId", i.record FROM "AuditIntent" i
     JOIN unnest($1::text[], $2::text[]) AS e(organization, call) ON i."organizationId" = e.organization AND i."callId" = e.call`,
    [ends.map((end) => end.organizationId), ends.map((end) => end.callId)],
  );
  return new Map(rows.map(({ organizationId, callId, record }) => [keyOf(organizationId, callId), record]));
}

export async function deleteIntents(client: pg.ClientBase, calls: CallKey[]): Promise<void> {
  if (calls.length === 0) return;
  await client.query(
    `DELETE FROM "AuditIntent" i USING unnest($1::text[], $2::text[]) AS e(organization, call)
     WHERE i."organizationId" = e.organization AND i."callId" = e.call`,
    [calls.map((call) => call.organizationId), calls.map((call) => call.callId)],
  );
}

async function insertIntents(client: pg.ClientBase, opened: OpenedIntent[]): Promise<void> {
  if (opened.length === 0) return;
  const rows = opened.map((open) => {
    const { facts, callId, gatewayId } = open.intent;
    return { organizationId: facts.organizationId, callId, gatewayId, at: open.at, record: admitted(open) };
  });
  await client.query(
    `INSERT INTO "AuditIntent" ("organizationId", "callId", "gatewayId", at, record)
     SELECT "organizationId", "callId", "gatewayId", at, record
     FROM json_to_recordset($1::json) AS i("organizationId" text, "callId" text, "gatewayId" text, at timestamptz, record jsonb)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows)],
  );
}
