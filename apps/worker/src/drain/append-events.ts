/** Gives events their place in their organization's hash chain, signs where the chain stands, and stores them. */
import { hash as digest } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { canonical, chainHash, GENESIS } from '@toolgate/audit/chain';
import type { Checkpoint } from '@toolgate/audit/checkpoint';
import type { AuditEvent, AuditFacts } from '@toolgate/audit/event';
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { COPY_COLUMNS, copyLine } from './copy-line.ts';
import { storeCaptures } from './store-captures.ts';
import { storeCheckpoints } from './store-checkpoints.ts';

/** A checkpoint at least every so many events. */
const SIGN_EVERY = 1000;
/** Who exports waits for the signature. */
const SIGNED_AT_ONCE: ReadonlySet<string | null> = new Set(['audit.export_end', 'audit.retention']);
const CHUNK = 250;

/**
 * Within the caller's transaction: locks the chains concerned, appends in the order given, stores all with one COPY, and tells
 * listeners of `toolgate_audit` (payload: the organization's id) when the transaction commits.
 * @param signer null: no checkpoints are signed
 */
export async function appendEvents(client: pg.ClientBase, given: AuditFacts[], signer: Signer | null): Promise<void> {
  if (given.length === 0) return;
  const facts = await storeCaptures(client, given);
  const heads = await lockChains(client, [...new Set(facts.map((one) => one.organizationId))].sort());
  const checkpoints: Checkpoint[] = [];
  await client.query(INBOX);
  const copy = client.query(copyFrom(`COPY pg_temp.audit_inbox (${COPY_COLUMNS}) FROM STDIN`));
  const copied = once(copy, 'finish');
  copied.catch(() => {}); // told below
  for (let from = 0; from < facts.length; from += CHUNK) {
    let lines = '';
    for (const one of facts.slice(from, from + CHUNK)) lines += copyLine(chained(one, heads, signer, checkpoints));
    copy.write(lines);
    await turn(); // PostgreSQL works on what it has while the next lines are made
  }
  copy.end();
  await copied;
  await client.query(STORE);
  await storeCheckpoints(client, checkpoints);
  const changed = [...heads].map(([organizationId, { seq, hash, signedSeq }]) => ({ organizationId, seq, hash, signedSeq }));
  await client.query(ADVANCE, [JSON.stringify(changed), SIGN_WITHIN_S]);
}

interface Head {
  seq: number;
  hash: string;
  signedSeq: number;
}

/** What is news is signed within a minute: the loop that signs looks every five seconds. */
const SIGN_WITHIN_S = 50;

const sha256 = (text: string): string => digest('sha256', text, 'hex');

/** Moves the head of its chain on. */
function chained(facts: AuditFacts, heads: Map<string, Head>, signer: Signer | null, checkpoints: Checkpoint[]): AuditEvent {
  const { organizationId, action } = facts;
  const head = heads.get(organizationId);
  if (!head) throw new Error(`The chain of ${organizationId} is not locked.`);
  const prevHash = head.hash;
  const event = { ...facts, seq: head.seq + 1, prevHash, hash: '' };
  event.hash = chainHash(prevHash, canonical(event), sha256);
  Object.assign(head, { seq: event.seq, hash: event.hash });
  if (signer && (head.seq - head.signedSeq >= SIGN_EVERY || SIGNED_AT_ONCE.has(action))) {
    checkpoints.push(signer.sign({ organizationId, seq: head.seq, hash: head.hash, at: new Date().toISOString() }));
    head.signedSeq = head.seq;
  }
  return event;
}

/** In the order of their ids, so that two transactions cannot wait for each other. */
async function lockChains(client: pg.ClientBase, organizations: string[]): Promise<Map<string, Head>> {
  await client.query(
    'INSERT INTO "AuditChain" ("organizationId", seq, hash) SELECT id, 0, $2 FROM unnest($1::text[]) AS id ON CONFLICT DO NOTHING',
    [organizations, GENESIS],
  );
  const { rows } = await client.query<{ organizationId: string; seq: string; hash: string; signedSeq: string }>(
    `SELECT "organizationId", seq, hash, "signedSeq" FROM "AuditChain" WHERE "organizationId" = ANY($1)
     ORDER BY "organizationId" FOR UPDATE`,
    [organizations],
  );
  return new Map(
    rows.map(({ organizationId, seq, hash, signedSeq }) => [organizationId, { seq: Number(seq), hash, signedSeq: Number(signedSeq) }]),
  );
}

/** A table with row level security takes no COPY: events pass through a table of the session's own. */
const INBOX = `DO $$ BEGIN
  IF to_regclass('pg_temp.audit_inbox') IS NULL THEN
    CREATE TEMPORARY TABLE audit_inbox (LIKE "AuditEvent") ON COMMIT DELETE ROWS;
  ELSE
    TRUNCATE pg_temp.audit_inbox;
  END IF;
END $$`;
const STORE = `INSERT INTO "AuditEvent" (${COPY_COLUMNS}) SELECT ${COPY_COLUMNS} FROM pg_temp.audit_inbox`;

const ADVANCE = `WITH advanced AS (
  UPDATE "AuditChain" c SET seq = n.seq, hash = n.hash, "signedSeq" = n."signedSeq",
    "signBy" = CASE WHEN n."signedSeq" = n.seq THEN NULL
      WHEN n."signedSeq" = c."signedSeq" AND c."signBy" IS NOT NULL THEN c."signBy"
      ELSE now() + make_interval(secs => $2) END
  FROM json_to_recordset($1::json) AS n("organizationId" text, seq bigint, hash text, "signedSeq" bigint)
  WHERE c."organizationId" = n."organizationId"
  RETURNING c."organizationId"
) SELECT pg_notify('toolgate_audit', "organizationId") FROM advanced`;
