/** Gives a sink what it has not had yet, in the order of the chain; remembers how far it came after each batch. */
import { type AuditEvent, auditFacts } from '@toolgate/audit/event';
import { type EventRow, eventOf } from '@toolgate/services/audit/event-row';
import type pg from 'pg';
import { type ClaimedSink, LEASE_S } from './claim-sinks.ts';
import { DELIVER } from './deliver.ts';
import { DeliveryFailure, type Outlet, type Sink } from './sink.ts';

const BATCH = 200;
const BATCH_BYTES = 512 * 1024;
/** Then others have their turn. */
const TURN_MS = 20_000;
const LONGEST_WAIT_S = 300;

export interface SinkStores {
  pool: pg.Pool;
  outlet: Outlet;
  open(sink: ClaimedSink): Promise<string | null>;
}

/** What goes wrong with the receiver is kept with the sink; rejects only when the database is away. */
export async function serveSink({ pool, outlet, open }: SinkStores, claimed: ClaimedSink, stopping: AbortSignal): Promise<void> {
  const { ciphertext: _, keyVersion: __, ...place } = claimed;
  const secret = await open(claimed).catch(() => undefined);
  const sink: Sink = { ...place, secret: secret ?? null };
  const deliver = (events: AuditEvent[]) =>
    secret === undefined
      ? Promise.reject(new DeliveryFailure('The secret of this sink cannot be opened: set it again.'))
      : DELIVER[sink.kind](outlet, sink, events);
  if (claimed.testWanted) await runTest(pool, sink, deliver);
  if (claimed.due) await deliverNews(pool, claimed, deliver, stopping);
  await pool.query('UPDATE "AuditSink" SET "leasedUntil" = NULL WHERE "organizationId" = $1 AND id = $2', [sink.organizationId, sink.id]);
}

type Send = (events: AuditEvent[]) => Promise<void>;

async function deliverNews(pool: pg.Pool, claimed: ClaimedSink, deliver: Send, stopping: AbortSignal): Promise<void> {
  const key = [claimed.organizationId, claimed.id];
  let { deliveredSeq, failures } = claimed;
  for (const end = Date.now() + TURN_MS; Date.now() < end && !stopping.aborted; ) {
    const events = await nextEvents(pool, claimed.organizationId, deliveredSeq);
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) return;
    try {
      await deliver(events);
    } catch (error) {
      failures++;
      await pool.query(FAILED, [...key, messageOf(error), waitSeconds(failures, error)]);
      return;
    }
    // What retention dropped while the sink was away can no longer be given; that is said, not hidden.
    const lost = first.seq > deliveredSeq + 1 ? `Events ${deliveredSeq + 1} to ${first.seq - 1} were dropped by retention before.` : null;
    // Unless the sink was changed or removed meanwhile.
    const { rowCount } = await pool.query(DELIVERED, [...key, deliveredSeq, last.seq, LEASE_S, lost]);
    if (rowCount === 0) return;
    deliveredSeq = last.seq;
    failures = 0;
  }
}

async function nextEvents(pool: pg.Pool, organizationId: string, after: number): Promise<AuditEvent[]> {
  const { rows } = await pool.query<EventRow>('SELECT * FROM "AuditEvent" WHERE "organizationId" = $1 AND seq > $2 ORDER BY seq LIMIT $3', [
    organizationId,
    after,
    BATCH,
  ]);
  const events: AuditEvent[] = [];
  let bytes = 0;
  for (const row of rows) {
    const event = eventOf(row);
    bytes += JSON.stringify(event.detail).length + 1000;
    if (events.length > 0 && bytes > BATCH_BYTES) break;
    events.push(event);
  }
  return events;
}

/** A test is an event that is in no chain: its number is 0. */
async function runTest(pool: pg.Pool, sink: Sink, deliver: Send): Promise<void> {
  const at = new Date().toISOString();
  const known = {
    id: `test-${at}`,
    organizationId: sink.organizationId,
    at,
    kind: 'change',
    actor: 'Toolgate',
    action: 'sink.test',
  } as const;
  const event = { ...auditFacts({ ...known, message: 'This is a test.' }), seq: 0, prevHash: '', hash: '' };
  const problem = await deliver([event]).then(() => null, messageOf);
  await pool.query('UPDATE "AuditSink" SET "testedAt" = now(), "testError" = $3 WHERE "organizationId" = $1 AND id = $2', [
    sink.organizationId,
    sink.id,
    problem,
  ]);
}

const messageOf = (error: unknown): string =>
  (error instanceof DeliveryFailure ? error.message : `The delivery failed: ${(error as Error).message}`).slice(0, 500);

/** 1, 2, 4 … 300 s, each up to a quarter more so that sinks do not march in step; longer when the receiver asks for it. */
function waitSeconds(failures: number, error: unknown): number {
  const wait = Math.min(2 ** Math.min(failures - 1, 10), LONGEST_WAIT_S) * (1 + Math.random() / 4);
  const asked = error instanceof DeliveryFailure ? (error.retryAfterMs ?? 0) / 1000 : 0;
  return Math.max(wait, asked);
}

const FAILED = `UPDATE "AuditSink" SET failures = failures + 1, "lastError" = $3, "lastErrorAt" = now(),
  "nextAttemptAt" = now() + make_interval(secs => $4) WHERE "organizationId" = $1 AND id = $2`;

const DELIVERED = `UPDATE "AuditSink" SET "deliveredSeq" = $4, "deliveredAt" = now(), failures = 0, "lastError" = $6,
  "lastErrorAt" = CASE WHEN $6::text IS NULL THEN NULL ELSE now() END, "leasedUntil" = now() + make_interval(secs => $5)
  WHERE "organizationId" = $1 AND id = $2 AND "deliveredSeq" = $3 AND "pausedAt" IS NULL`;
