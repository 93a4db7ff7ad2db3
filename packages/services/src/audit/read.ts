import type { AuditEvent } from '@toolgate/audit/event';
import type { AuditFilter } from '@toolgate/audit/filter';
import type { Actor, Services } from '../context.ts';
import { eventOf } from './event-row.ts';
import { filterQuery } from './filter-query.ts';

export interface EventPage {
  /** Newest first. */
  events: AuditEvent[];
  /** There are more in the direction that was asked for (older, or with `after` newer). */
  more: boolean;
}

export interface EventQuery {
  filter?: AuditFilter;
  /** Only events older than this one. */
  before?: number | undefined;
  /** Only events newer than this one: the page of those that follow it directly. */
  after?: number | undefined;
  /** 50 unless told, 500 at most. */
  limit?: number;
}

type Reading = Pick<Services, 'db' | 'now'>;

/** A page of the organization's events, by keyset: any page takes as long as the first. */
export async function listEvents(s: Reading, actor: Actor, { filter = {}, before, after, limit = 50 }: EventQuery): Promise<EventPage> {
  const take = Math.min(Math.max(1, Math.trunc(limit)), 500);
  const upwards = after !== undefined && before === undefined;
  const seq = { ...(before === undefined ? {} : { lt: asSeq(before) }), ...(after === undefined ? {} : { gt: asSeq(after) }) };
  const rows = await s.db.forOrganization(actor.organizationId, (tx) =>
    tx.auditEvent.findMany({
      where: { ...filterQuery(actor.organizationId, filter, s.now()), seq },
      orderBy: { seq: upwards ? 'asc' : 'desc' },
      take: take + 1,
    }),
  );
  const events = rows.slice(0, take).map(eventOf);
  return { events: upwards ? events.reverse() : events, more: rows.length > take };
}

/** Events newer than `after`, oldest first, for a live view. */
export async function eventsSince(
  s: Reading,
  actor: Actor,
  { filter = {}, after, limit = 100 }: { filter?: AuditFilter; after: number; limit?: number },
): Promise<AuditEvent[]> {
  const { events } = await listEvents(s, actor, { filter, after, limit });
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
function asSeq(value: number): bigint {
  return Number.isSafeInteger(value) ? BigInt(Math.max(0, value)) : 0n;
}
