import { type AuditFacts, auditFacts } from '@toolgate/audit/event';
import type { AuditField } from '@toolgate/audit/query/fields';
import { matchesQuery, valuesOf } from '@toolgate/audit/query/match';
import { exactText } from '@toolgate/audit/query/pattern';
import type { AuditQuery } from '@toolgate/audit/query/query';
import { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import type { Actor } from '../context.ts';
import { withArgumentMarks } from './argument-marks.ts';
import { type Counting, countingOf } from './counted-rows.ts';
import { isRolledUp } from './query-sql.ts';
import type { Reading } from './read.ts';
import { BLOCK_MS } from './time-range.ts';

export const FACET_FIELDS = ['decision', 'outcome', 'tool', 'server', 'grant', 'kind'] as const satisfies readonly AuditField[];
export type FacetField = (typeof FACET_FIELDS)[number];

export interface FacetValue {
  value: string;
  count: number;
}

export interface Facets {
  /** The most frequent values of each field among what matches, without regard to what is asked of that field itself. */
  fields: Record<FacetField, { values: FacetValue[]; more: boolean }>;
  /** How many events match; of the newest `scanned` where that is not null. */
  total: number;
  since: string | null;
  scanned: number | null;
}

const MOST_VALUES = 40;

interface Combination extends Pick<AuditFacts, 'kind' | 'decision' | 'outcome' | 'tool' | 'serverId' | 'server' | 'grantId' | 'grant'> {
  count: number;
}

/** Which values occur how often. Costs about the same for a thousand and for millions of events. */
export async function readFacets(s: Reading, actor: Actor, { query }: { query: AuditQuery }): Promise<Facets> {
  const { organizationId } = actor;
  const counted = await s.db.forOrganization(organizationId, async (tx) => {
    const marked = await withArgumentMarks(tx, actor, query, s.keyRing);
    const counting = await countingOf(tx, organizationId, { query: marked, now: s.now(), stepOf: () => BLOCK_MS });
    if (!counting) return null;
    const rows = await combinationsOf(tx, organizationId, counting);
    return { rows, since: counting.since.toISOString(), scanned: counting.scanned };
  });
  const rows = counted?.rows ?? [];
  const terms = query.terms.filter(isRolledUp);
  const facts = auditFacts({ id: '', organizationId, at: '1970-01-01T00:00:00.000Z', kind: 'call' });
  const countOf = (which: AuditQuery, field: FacetField | null): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { count, ...row } of rows) {
      const event = { ...facts, ...row, seq: 0 };
      if (!matchesQuery(which, event, 0)) continue;
      const value = field === null ? '' : (valuesOf(field, event)[0] ?? '');
      counts.set(value, (counts.get(value) ?? 0) + count);
    }
    return counts;
  };
  const fields = {} as Facets['fields'];
  for (const field of FACET_FIELDS) {
    const asked = terms.filter((term) => term.field === field);
    const counts = countOf({ terms: terms.filter((term) => term.field !== field) }, field);
    // What is chosen stays in sight, so that it can be taken away.
    for (const value of asked.flatMap((term) => term.patterns.map(exactText)))
      if (value !== null && !counts.has(value)) counts.set(value, 0);
    const chosen = new Set(asked.flatMap((term) => term.patterns.map(exactText)));
    const sorted = [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    const values = sorted.filter(({ value }, index) => index < MOST_VALUES || chosen.has(value));
    fields[field] = {
      values: values.filter(({ value, count }) => value !== '' || (count > 0 && sorted.length > 1)),
      more: sorted.length > MOST_VALUES,
    };
  }
  return { fields, total: countOf({ terms }, null).get('') ?? 0, since: counted?.since ?? null, scanned: counted?.scanned ?? null };
}

const FIELDS = ['kind', 'decision', 'outcome', 'tool', 'serverId', 'server', 'grantId', 'grant'] as const;
const fieldList = (alias: 'c' | 'e'): Prisma.Sql => Prisma.raw(FIELDS.map((field) => `${alias}."${field}"`).join(', '));

/** How often each combination occurs; one may come more than once. */
async function combinationsOf(tx: Transaction, organizationId: string, { rolledUp, events }: Counting): Promise<Combination[]> {
  const parts = events.map(
    (where) => Prisma.sql`SELECT ${fieldList('e')}, count(*)::int AS count FROM "AuditEvent" e WHERE ${where} GROUP BY ${fieldList('e')}`,
  );
  for (const where of rolledUp)
    parts.push(Prisma.sql`SELECT ${fieldList('c')}, counted.count FROM (
        SELECT r."key", sum(r."count")::int AS count FROM "AuditRollUp" r WHERE ${where} GROUP BY r."key"
      ) counted JOIN "AuditCombination" c ON c."organizationId" = ${organizationId} AND c."key" = counted."key"`);
  if (parts.length === 0) return [];
  return tx.$queryRaw<Combination[]>(
    Prisma.join(
      parts.map((part) => Prisma.sql`(${part})`),
      ' UNION ALL ',
    ),
  );
}
