/** Stores chained events, in the transaction of the caller. */
import { once } from 'node:events';
import { GENESIS } from '@toolgate/audit/chain';
import { COPY_COLUMNS } from '@toolgate/audit/copy-line';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type ChainedEvents, HEADS, type Heads, type StoredHead, storedHeads } from './event-chaining.ts';
import { storeCheckpoints } from './store-checkpoints.ts';

/** What was prepared does not follow what is stored: somebody else drained in between. It is to be prepared anew. */
export class StaleBatch extends Error {}

/**
 * Stores all with one COPY, moves the heads on, and tells listeners of `toolgate_audit` (payload: the organization's id) when the
 * transaction commits. Rejects (StaleBatch) when a chain does not stand where the events were to be appended.
 */
export async function storeEvents(client: pg.ClientBase, { before, after, lines, checkpoints }: ChainedEvents): Promise<void> {
  if (lines.length === 0) return;
  await lockChains(client, before);
  await client.query(INBOX);
  const copy = client.query(copyFrom(COPY));
  const copied = once(copy, 'finish');
  copied.catch(() => {}); // told below
  for (const piece of messagesOf(lines)) copy.write(piece);
  copy.end();
  await copied;
  await client.query(STORE);
  await storeCheckpoints(client, checkpoints);
  const changed = [...after].map(([organizationId, { seq, hash, signedSeq }]) => ({ organizationId, seq, hash, signedSeq }));
  await client.query(ADVANCE, [JSON.stringify(changed), SIGN_WITHIN_S]);
}

const MESSAGE_BYTES = 1_000_000;

/** In few pieces: each waits for its turn while the next batch is prepared. */
function* messagesOf(lines: readonly Buffer[]): Generator<Buffer> {
  let [first, bytes] = [0, 0];
  for (const [i, line] of lines.entries()) {
    bytes += line.length;
    if (bytes < MESSAGE_BYTES && i < lines.length - 1) continue;
    yield Buffer.concat(lines.slice(first, i + 1));
    [first, bytes] = [i + 1, 0];
  }
}

/** In the order of their ids, so that two transactions cannot wait for each other. */
async function lockChains(client: pg.ClientBase, expected: Heads): Promise<void> {
  const ids = [...expected.keys()];
  const stored = storedHeads(await client.query<StoredHead>(`${HEADS} ORDER BY "organizationId" FOR UPDATE`, [ids]));
  for (const [organizationId, head] of expected) {
    const { seq, hash } = stored.get(organizationId) ?? { seq: 0, hash: GENESIS };
    if (seq !== head.seq || hash !== head.hash) throw new StaleBatch(`The chain of ${organizationId} has moved on.`);
  }
}

/** What is news is signed within a minute: the loop that signs looks every five seconds. */
const SIGN_WITHIN_S = 50;

/** A table with row level security takes no COPY: events pass through a table of the session's own. */
const INBOX = `DO $$ BEGIN
  IF to_regclass('pg_temp.audit_inbox') IS NULL THEN
    CREATE TEMPORARY TABLE audit_inbox (LIKE "AuditEvent") ON COMMIT DELETE ROWS;
  ELSE
    DELETE FROM pg_temp.audit_inbox;
  END IF;
END $$`;
const COPY = `COPY pg_temp.audit_inbox (${COPY_COLUMNS}) FROM STDIN`;
const STORE = `INSERT INTO "AuditEvent" (${COPY_COLUMNS}) SELECT ${COPY_COLUMNS} FROM pg_temp.audit_inbox`;

/** Meanwhile a chain may have been signed further than was known when the events were chained. */
const ADVANCE = `WITH advanced AS (
  INSERT INTO "AuditChain" AS c ("organizationId", seq, hash, "signedSeq", "signBy")
  SELECT n."organizationId", n.seq, n.hash, n."signedSeq",
    CASE WHEN n."signedSeq" < n.seq THEN now() + make_interval(secs => $2) END
  FROM json_to_recordset($1::json) AS n("organizationId" text, seq bigint, hash text, "signedSeq" bigint)
  ON CONFLICT ("organizationId") DO UPDATE SET seq = EXCLUDED.seq, hash = EXCLUDED.hash,
    "signedSeq" = GREATEST(c."signedSeq", EXCLUDED."signedSeq"),
    "signBy" = CASE WHEN EXCLUDED."signedSeq" <= c."signedSeq" AND c."signBy" IS NOT NULL THEN c."signBy" ELSE EXCLUDED."signBy" END
  RETURNING c."organizationId"
) SELECT pg_notify('toolgate_audit', "organizationId") FROM advanced`;
