import type { AuditEvent } from '@toolgate/audit/event';
import { type AuditFilter, filterMoment } from '@toolgate/audit/filter';
import type { Transaction } from '@toolgate/db/database';
import { z } from 'zod';
import type { Actor, Services } from '../context.ts';
import { parseInput } from '../parse-input.ts';
import { forbidden, may } from '../permission.ts';
import { done, type Result } from '../refusal.ts';
import { eventOf } from './event-row.ts';
import { filterQuery } from './filter-query.ts';
import { recordChange } from './record-change.ts';

const Texts = z.array(z.string().max(256)).max(50).optional();
const Moment = z
  .string()
  .refine((text) => filterMoment(text, 0) !== null, 'Use an age such as 15m, 24h or 7d, or a date such as 2026-11-22T10:00:00Z.')
  .optional();

const Export = z.strictObject({
  since: Moment,
  until: Moment,
  decision: Texts,
  outcome: Texts,
  tool: Texts,
  grant: Texts,
  server: Texts,
  kind: z.enum(['call', 'change']).optional(),
  text: z.string().max(256).optional(),
});

/** How long to wait for what was recorded before the export to be given its place in the chain. */
const PATIENCE_MS = 5000;
const PAGE = 1000;

/**
 * Streams the organization's events that the filter matches, oldest first, page by page. The export is itself an event:
 * everything recorded before it is waited for (5 s at most, when no worker is running), and nothing after it is included.
 */
export async function exportEvents(
  s: Services,
  actor: Actor,
  filter: AuditFilter = {},
  { patienceMs = PATIENCE_MS } = {},
): Promise<Result<AsyncIterable<AuditEvent>>> {
  if (!may(actor, 'audit.export')) return forbidden('audit.export');
  const parsed = parseInput(Export, filter);
  if (!parsed.ok) return parsed;
  const { organizationId } = actor;
  const id = await s.db.forOrganization(organizationId, async (tx) => {
    const { slug } = await tx.organization.findUniqueOrThrow({ where: { id: organizationId } });
    const target = { kind: 'organization', id: organizationId, name: slug };
    return recordChange(tx, actor, { action: 'audit.export', target, after: filter }, s.now());
  });
  const last = await placeOf(s, organizationId, id, patienceMs);
  return done(pages(s, organizationId, filter, last));
}

async function* pages(s: Services, organizationId: string, filter: AuditFilter, last: bigint): AsyncIterable<AuditEvent> {
  const where = filterQuery(organizationId, filter, s.now());
  for (let after = 0n; ; ) {
    const rows = await s.db.forOrganization(organizationId, (tx) =>
      tx.auditEvent.findMany({ where: { ...where, seq: { gt: after, lte: last } }, orderBy: { seq: 'asc' }, take: PAGE }),
    );
    for (const row of rows) yield eventOf(row);
    if (rows.length < PAGE) return;
    after = rows[rows.length - 1]?.seq ?? last;
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
