/** Gives events their place in their organization's hash chain and stores them. */
import { createHash } from 'node:crypto';
import { canonical, chainHash, GENESIS } from '@toolgate/audit/chain';
import type { AuditEvent, AuditFacts } from '@toolgate/audit/event';
import type pg from 'pg';

/**
 * Within the caller's transaction: locks the chains concerned, appends in the order given, stores all in one statement, and tells
 * listeners of `toolgate_audit` (payload: the organization's id) when the transaction commits.
 */
export async function appendEvents(client: pg.ClientBase, facts: AuditFacts[]): Promise<void> {
  if (facts.length === 0) return;
  const heads = await lockChains(client, [...new Set(facts.map((one) => one.organizationId))].sort());
  const events = facts.map((one) => {
    const head = heads.get(one.organizationId);
    if (!head) throw new Error(`The chain of ${one.organizationId} is not locked.`);
    const seq = head.seq + 1;
    const hash = chainHash(head.hash, canonical({ ...one, seq }), sha256);
    const event: AuditEvent = { ...one, seq, prevHash: head.hash, hash };
    Object.assign(head, { seq, hash });
    return event;
  });
  await client.query(INSERT, [JSON.stringify(events)]);
  const changed = [...heads].map(([organizationId, { seq, hash }]) => ({ organizationId, seq, hash }));
  await client.query(ADVANCE, [JSON.stringify(changed)]);
}

interface Head {
  seq: number;
  hash: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** In the order of their ids, so that two transactions cannot wait for each other. */
async function lockChains(client: pg.ClientBase, organizations: string[]): Promise<Map<string, Head>> {
  await client.query(
    'INSERT INTO "AuditChain" ("organizationId", seq, hash) SELECT id, 0, $2 FROM unnest($1::text[]) AS id ON CONFLICT DO NOTHING',
    [organizations, GENESIS],
  );
  const { rows } = await client.query<{ organizationId: string; seq: string; hash: string }>(
    'SELECT "organizationId", seq, hash FROM "AuditChain" WHERE "organizationId" = ANY($1) ORDER BY "organizationId" FOR UPDATE',
    [organizations],
  );
  return new Map(rows.map(({ organizationId, seq, hash }) => [organizationId, { seq: Number(seq), hash }]));
}

const COLUMNS = {
  organizationId: 'text',
  seq: 'bigint',
  at: 'timestamptz',
  id: 'text',
  kind: 'text',
  decision: 'text',
  outcome: 'text',
  code: 'text',
  method: 'text',
  tool: 'text',
  serverId: 'text',
  server: 'text',
  grantId: 'text',
  grant: 'text',
  client: 'text',
  message: 'text',
  rule: 'text',
  policyId: 'text',
  policyVersion: 'integer',
  latencyMs: 'integer',
  requestId: 'text',
  actor: 'text',
  action: 'text',
  detail: 'jsonb',
  prevHash: 'text',
  hash: 'text',
} satisfies Record<keyof AuditEvent, string>;

const names = Object.keys(COLUMNS)
  .map((name) => `"${name}"`)
  .join(', ');
const INSERT = `INSERT INTO "AuditEvent" (${names}) SELECT ${names} FROM json_to_recordset($1::json) AS event(${Object.entries(COLUMNS)
  .map(([name, type]) => `"${name}" ${type}`)
  .join(', ')})`;

const ADVANCE = `WITH advanced AS (
  UPDATE "AuditChain" c SET seq = n.seq, hash = n.hash
  FROM json_to_recordset($1::json) AS n("organizationId" text, seq bigint, hash text) WHERE c."organizationId" = n."organizationId"
  RETURNING c."organizationId"
) SELECT pg_notify('toolgate_audit', "organizationId") FROM advanced`;
