/** Walks an organization's events in the order of their numbers, within a bounded time, whatever is asked for. */
import type { AuditQuery } from '@toolgate/audit/query/query';
import type { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import type { EventRow } from './event-row.ts';
import { matchingWindows, windowRows } from './matching-windows.ts';
import { eventSql, isRolledUp } from './query-sql.ts';
import type { SeqBounds } from './seq-bounds.ts';

export interface Scan {
  rows: EventRow[];
  /** Where the walk ended: everything between its begin and this number (included) was looked at. */
  reached: number;
  /** It ended at the other bound: there is nothing more to find. */
  finished: boolean;
}

interface Wanted {
  organizationId: string;
  query: AuditQuery;
  bounds: SeqBounds;
  /** Rows at most. */
  take: number;
  now: Date;
  /** After this long no further step is begun. */
  budgetMs?: number;
}

const BUDGET_MS = 70;
const FIRST_STEP = 4000;
const LONGEST_STEP = 100_000;
/** So far back the roll-up is asked first where to look, and then four times as far each time. */
const FIRST_SPAN_MS = 86_400_000;

/** The next step is longer, but not longer than what is left of the time is likely to allow. */
function nextStep(step: number, tookMs: number, leftMs: number): number {
  return Math.max(FIRST_STEP / 2, Math.min(step * 4, LONGEST_STEP, Math.round((0.8 * step * leftMs) / Math.max(1, tookMs))));
}

/** From the newest down. A page that is found among the newest costs one statement. */
export async function scanDown(tx: Transaction, { organizationId, query, bounds, take, now, budgetMs = BUDGET_MS }: Wanted): Promise<Scan> {
  const ends = Date.now() + budgetMs;
  const rows: EventRow[] = [];
  const condition = eventSql(query, now);
  const places = query.terms.some(isRolledUp);
  let known: { windows: SeqBounds[]; low: number } | null = null;
  let high = bounds.high;
  let step = FIRST_STEP;
  let spanMs = FIRST_SPAN_MS;
  for (let steps = 0; high >= bounds.low; steps++) {
    const begun = Date.now();
    if (places && steps > 0 && !known) {
      known = await matchingWindows(tx, organizationId, query, { low: bounds.low, high, spanMs });
      spanMs *= 4;
    }
    const windows: SeqBounds[] = known ? takeWindows(known.windows, step) : [{ low: Math.max(bounds.low, high - step + 1), high }];
    if (windows.length > 0) rows.push(...(await readWindows(tx, organizationId, condition, windows, take - rows.length)));
    if (rows.length >= take) return { rows, reached: Number(rows.at(-1)?.seq), finished: false };
    high = (windows.at(-1)?.low ?? high + 1) - 1;
    if (known && known.windows.length === 0) {
      high = known.low - 1;
      known = null;
    }
    if (Date.now() >= ends) break;
    step = nextStep(step, Date.now() - begun, ends - Date.now());
  }
  return { rows, reached: Math.max(high + 1, bounds.low), finished: high < bounds.low };
}

/** From the oldest up, for what was added since. */
export async function scanUp(tx: Transaction, { organizationId, query, bounds, take, now, budgetMs = BUDGET_MS }: Wanted): Promise<Scan> {
  const ends = Date.now() + budgetMs;
  const rows: EventRow[] = [];
  const condition = eventSql(query, now);
  let low = bounds.low;
  let step = FIRST_STEP;
  while (low <= bounds.high) {
    const begun = Date.now();
    const high = Math.min(bounds.high, low + step - 1);
    const found = await tx.$queryRaw<EventRow[]>`SELECT e.* FROM "AuditEvent" e
      WHERE e."organizationId" = ${organizationId} AND e."seq" BETWEEN ${low}::bigint AND ${high}::bigint AND ${condition}
      ORDER BY e."seq" LIMIT ${take - rows.length}`;
    rows.push(...found);
    if (rows.length >= take) return { rows, reached: Number(rows.at(-1)?.seq), finished: false };
    low = high + 1;
    if (Date.now() >= ends) break;
    step = nextStep(step, Date.now() - begun, ends - Date.now());
  }
  return { rows, reached: low - 1, finished: low > bounds.high };
}

const MOST_WINDOWS = 60;

/** Takes windows of about `step` numbers together off the list; a long one is cut. */
function takeWindows(windows: SeqBounds[], step: number): SeqBounds[] {
  const taken: SeqBounds[] = [];
  for (let left = step; left > 0 && taken.length < MOST_WINDOWS && windows[0]; ) {
    const first = windows[0];
    const low = Math.max(first.low, first.high - left + 1);
    taken.push({ low, high: first.high });
    left -= first.high - low + 1;
    if (low === first.low) windows.shift();
    else first.high = low - 1;
  }
  return taken;
}

function readWindows(
  tx: Transaction,
  organizationId: string,
  condition: Prisma.Sql,
  windows: SeqBounds[],
  take: number,
): Promise<EventRow[]> {
  const [only] = windows;
  if (only && windows.length === 1)
    return tx.$queryRaw<EventRow[]>`SELECT e.* FROM "AuditEvent" e
      WHERE e."organizationId" = ${organizationId} AND e."seq" BETWEEN ${only.low}::bigint AND ${only.high}::bigint AND ${condition}
      ORDER BY e."seq" DESC LIMIT ${take}`;
  return tx.$queryRaw<EventRow[]>`SELECT found.* FROM ${windowRows(windows)} CROSS JOIN LATERAL (
      SELECT e.* FROM "AuditEvent" e
      WHERE e."organizationId" = ${organizationId} AND e."seq" BETWEEN w.low AND w.high AND ${condition}
      ORDER BY e."seq" DESC LIMIT ${take}
    ) found ORDER BY found."seq" DESC LIMIT ${take}`;
}
