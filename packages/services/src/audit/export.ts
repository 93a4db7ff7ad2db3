import type { AuditEvent } from '@toolgate/audit/event';
import { LONGEST_QUERY, parseQuery } from '@toolgate/audit/query/parse';
import type { AuditQuery } from '@toolgate/audit/query/query';
import type { Transaction } from '@toolgate/db/database';
import { z } from 'zod';
import type { Actor, Services } from '../context.ts';
import { parseInput } from '../parse-input.ts';
import { forbidden, may } from '../permission.ts';
import { done, type Result, refuse } from '../refusal.ts';
import { withArgumentMarks } from './argument-marks.ts';
import { eventOf } from './event-row.ts';
import { recordChange } from './record-change.ts';
import { scanUp } from './scan-events.ts';
import { seqBounds } from './seq-bounds.ts';

const Export = z.strictObject({
  /** In the grammar of the audit log; empty: everything. */
  query: z.string().max(LONGEST_QUERY),
});

/** How long to wait for what was recorded before the export to be given its place in the chain. */
const PATIENCE_MS = 5000;
const PAGE = 1000;

/**
 * Streams the organization's events that the query means, oldest first, page by page. A query that is not wholly understood is refused. The export is itself an event:
 * everything recorded before it is waited for (5 s at most, when no worker is running), and nothing after it is included.
 */
export async function exportEvents(
  s: Services,
  actor: Actor,
  text = '',
  { patienceMs = PATIENCE_MS } = {},
): Promise<Result<AsyncIterable<AuditEvent>>> {
  if (!may(actor, 'audit.export')) return forbidden('audit.export');
  const parsed = parseInput(Export, { query: text });
  if (!parsed.ok) return parsed;
  const { query: asked, problems } = parseQuery(text);
  if (problems[0]) return refuse('invalid', problems[0].message, { query: problems[0].message });
  const { organizationId } = actor;
  const id = await s.db.forOrganization(organizationId, async (tx) => {
    const { slug } = await tx.organization.findUniqueOrThrow({ where: { id: organizationId } });
    const target = { kind: 'organization', id: organizationId, name: slug };
    return recordChange(tx, actor, { action: 'audit.export', target, after: { query: text } }, s.now());
  });
  const query = await s.db.forOrganization(organizationId, (tx) => withArgumentMarks(tx, actor, asked, s.keyRing));
  const last = await placeOf(s, organizationId, id, patienceMs);
  return done(pages(s, organizationId, query, last));
}

async function* pages(s: Services, organizationId: string, query: AuditQuery, last: bigint): AsyncIterable<AuditEvent> {
  const now = s.now();
  const bounds = await s.db.forOrganization(organizationId, (tx) => seqBounds(tx, organizationId, query, now));
  const high = Math.min(bounds.high, Number(last));
  for (let low = bounds.low; low <= high; ) {
    const { rows, reached } = await s.db.forOrganization(organizationId, (tx) =>
      scanUp(tx, { organizationId, query, now, bounds: { low, high }, take: PAGE }),
    );
    for (const row of rows) yield eventOf(row);
    low = reached + 1;
  }
}

/** The export's own place in the chain; the chain's head when it does not get one in time. */
async function placeOf(s: Services, organizationId: string, id: string, patienceMs: number): Promise<bigint> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const { head, found } = await s.db.forOrganization(organizationId, (tx) => lookFor(tx, organizationId, id));
    if (found !== null) return found;
    if (Date.now() >= end) return head;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function lookFor(tx: Transaction, organizationId: string, id: string): Promise<{ head: bigint; found: bigint | null }> {
  const chain = await tx.auditChain.findUnique({ where: { organizationId } });
  const head = chain?.seq ?? 0n;
  // It is among the newest: no index on the id is needed.
  const recent = await tx.auditEvent.findMany({
    where: { organizationId, seq: { gt: head - 2000n } },
    select: { id: true, seq: true },
    orderBy: { seq: 'desc' },
  });
  return { head, found: recent.find((event) => event.id === id)?.seq ?? null };
}
