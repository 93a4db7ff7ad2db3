import type { AuditEvent } from '@toolgate/audit/event';
import type { AuditQuery } from '@toolgate/audit/query/query';
import type { Actor, Services } from '../context.ts';
import { withArgumentMarks } from './argument-marks.ts';
import { type EventRow, eventOf } from './event-row.ts';
import { scanDown, scanUp } from './scan-events.ts';
import { seqBounds } from './seq-bounds.ts';

export interface EventPage {
  /** Newest first. */
  events: AuditEvent[];
  /** There may be more in the direction that was asked for (older, or with `after` newer). */
  more: boolean;
  /** Between these numbers (both included) everything was looked at; further events lie outside. */
  from: number;
  to: number;
}

export interface EventQuery {
  query?: AuditQuery;
  /** Only events older than this one. */
  before?: number | undefined;
  /** Only events newer than this one: the page of those that follow it directly. */
  after?: number | undefined;
  /** 50 unless told, 500 at most. */
  limit?: number;
  /** Milliseconds after which no further part of the log is looked at, instead of what suits somebody who waits for the page. */
  budgetMs?: number;
}

export type Reading = Pick<Services, 'db' | 'now'> & Partial<Pick<Services, 'keyRing'>>;

/**
 * A page of the organization's events, by keyset, in a bounded time: a query that finds little is answered with what was found up to
 * `from` (or `to`), where the next one goes on.
 */
export async function listEvents(
  s: Reading,
  actor: Actor,
  { query: asked = { terms: [] }, before, after, limit = 50, budgetMs }: EventQuery,
): Promise<EventPage> {
  const { organizationId } = actor;
  const take = Math.min(Math.max(1, Math.trunc(limit)), 500);
  const now = s.now();
  return s.db.forOrganization(organizationId, async (tx) => {
    const query = await withArgumentMarks(tx, actor, asked, s.keyRing);
    const { head, ...bounds } = await seqBounds(tx, organizationId, query, now);
    const wanted = { organizationId, query, now, take: take + 1, ...(budgetMs === undefined ? {} : { budgetMs }) };
    if (after !== undefined && before === undefined) {
      const low = asSeq(after) + 1;
      const { rows, reached, finished } = await scanUp(tx, { ...wanted, bounds: { low: Math.max(bounds.low, low), high: bounds.high } });
      const more = rows.length > take;
      const to = more ? Number(rows[take - 1]?.seq) : finished ? Math.max(head, low - 1) : reached;
      return { events: eventsOf(rows, take).reverse(), more: more || !finished, from: low, to };
    }
    const high = before === undefined ? head : asSeq(before) - 1;
    const { rows, reached, finished } = await scanDown(tx, { ...wanted, bounds: { low: bounds.low, high: Math.min(bounds.high, high) } });
    const more = rows.length > take;
    const from = more ? Number(rows[take - 1]?.seq) : finished ? 1 : reached;
    return { events: eventsOf(rows, take), more: more || !finished, from, to: high };
  });
}

const eventsOf = (rows: EventRow[], take: number): AuditEvent[] => rows.slice(0, take).map(eventOf);

/** Events newer than `after`, oldest first, for a live view. */
export async function eventsSince(
  s: Reading,
  actor: Actor,
  { query = { terms: [] }, after, limit = 100 }: { query?: AuditQuery; after: number; limit?: number },
): Promise<AuditEvent[]> {
  const { events } = await listEvents(s, actor, { query, after, limit });
  return events.reverse();
}

/** One event, by its number or its id; null when the organization has none of this name. */
export async function readEvent(s: Reading, actor: Actor, name: number | string): Promise<AuditEvent | null> {
  if (typeof name === 'number' && !(Number.isSafeInteger(name) && name > 0)) return null;
  const which = typeof name === 'number' ? { seq: BigInt(name) } : { id: name };
  const where = { organizationId: actor.organizationId, ...which };
  const row = await s.db.forOrganization(actor.organizationId, (tx) => tx.auditEvent.findFirst({ where }));
  return row && eventOf(row);
}

/** The number of the organization's newest event; 0 when there is none. Where a live view begins. */
export async function newestSeq(s: Pick<Services, 'db'>, actor: Actor): Promise<number> {
  const { organizationId } = actor;
  const chain = await s.db.forOrganization(organizationId, (tx) => tx.auditChain.findUnique({ where: { organizationId } }));
  return Number(chain?.seq ?? 0n);
}

/** A number that comes from an address may be anything. */
function asSeq(value: number): number {
  return Number.isSafeInteger(value) ? Math.max(0, value) : 0;
}
