/** The conditions in SQL that a query means, for the events and for their roll-up. `matchesQuery` gives the same answers. */
import type { AuditField } from '@toolgate/audit/query/fields';
import { SEARCHED_FIELDS } from '@toolgate/audit/query/match';
import { queryMoment } from '@toolgate/audit/query/moment';
import { exactText } from '@toolgate/audit/query/pattern';
import type { AuditQuery, AuditTerm, Limit, Pattern } from '@toolgate/audit/query/query';
import { isPlainText, textPattern } from '@toolgate/audit/query/text-pattern';
import { Prisma } from '@toolgate/db/client';

type Sql = Prisma.Sql;
type ValueTerm = Extract<AuditTerm, { kind: 'value' }>;

const ROLLED_UP: readonly AuditField[] = ['decision', 'outcome', 'kind', 'tool', 'server', 'grant'];

/** The roll-up knows the fields of this term. */
export const isRolledUp = (term: AuditTerm): term is ValueTerm => term.kind === 'value' && ROLLED_UP.includes(term.field);

/** What `"AuditEvent" e` must fulfil, besides being of the organization. */
export function eventSql(query: AuditQuery, now: Date): Sql {
  return all(query.terms.map((term) => termSql(term, now)));
}

/** What `"AuditCombination" c` must fulfil for the terms that the roll-up knows. */
export const rolledUpSql = (query: AuditQuery): Sql => all(query.terms.filter(isRolledUp).map((term) => valueSql(term, 'c')));

/** The same for events. */
export const rolledUpEventSql = (query: AuditQuery): Sql => all(query.terms.filter(isRolledUp).map((term) => valueSql(term, 'e')));

export const all = (conditions: Sql[]): Sql => (conditions.length > 0 ? Prisma.join(conditions, ' AND ') : Prisma.sql`TRUE`);
const any = (conditions: Sql[]): Sql => Prisma.sql`(${Prisma.join(conditions, ' OR ')})`;

function termSql(term: AuditTerm, now: Date): Sql {
  switch (term.kind) {
    case 'value':
      return valueSql(term, 'e');
    case 'range': {
      const column = NUMBERS[term.field as keyof typeof NUMBERS];
      const limits = [limitSql(column, '>', term.min), limitSql(column, '<', term.max)].filter((one) => one !== null);
      return negated(term.negated, limits.length > 0 ? all(limits) : Prisma.sql`${column} IS NOT NULL`);
    }
    case 'time': {
      const at = queryMoment(term.moment, now.getTime()) ?? now;
      return term.bound === 'since' ? Prisma.sql`e."at" >= ${at}` : Prisma.sql`e."at" < ${at}`;
    }
    case 'argument':
      return negated(
        term.negated,
        term.patterns.length === 0
          ? Prisma.sql`e."detail"->'argumentKeys' @> ${JSON.stringify([term.name])}::jsonb`
          : Prisma.sql`e."detail"->'argumentMarks'->>${term.name}::text = ANY(${term.marks ?? []}::text[])`,
      );
    case 'text':
      return negated(
        term.negated,
        isPlainText(term.text)
          ? Prisma.sql`${SEARCHED} ILIKE ${`%${likeText(term.text)}%`}`
          : Prisma.sql`${SEARCHED} ~ ${textPattern(term.text)}`,
      );
  }
}

function valueSql({ field, negated: turned, patterns }: ValueTerm, alias: 'c' | 'e'): Sql {
  const columns = VALUE_COLUMNS[field]?.(alias) ?? [];
  return negated(turned, any(columns.flatMap((column, index) => patternsSql(column, patterns, index === 0))));
}

/** Exact texts are one comparison with a list, which an index serves. What has no name has none, whatever its id. */
function patternsSql(column: Sql, patterns: Pattern[], isName: boolean): Sql[] {
  const exact = patterns.map(exactText).filter((text) => text !== null);
  const conditions: Sql[] = [];
  if (exact.length === 1) conditions.push(Prisma.sql`${column} = ${exact[0]}`);
  else if (exact.length > 1) conditions.push(Prisma.sql`${column} = ANY(${exact})`);
  if (exact.includes('') && isName) conditions.push(Prisma.sql`${column} IS NULL`);
  for (const pattern of patterns) if (pattern.length > 1) conditions.push(Prisma.sql`${column} LIKE ${pattern.map(likeText).join('%')}`);
  return conditions;
}

const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
const negated = (turned: boolean, condition: Sql): Sql => (turned ? Prisma.sql`(${condition}) IS NOT TRUE` : Prisma.sql`(${condition})`);

function limitSql(column: Sql, operator: '>' | '<', limit: Limit | null): Sql | null {
  return limit && Prisma.sql`${column} ${Prisma.raw(limit.inclusive ? `${operator}=` : operator)} ${limit.value}::float8`;
}

// Names come from the tables below only, never from a query.
const plain =
  (...columns: string[]) =>
  (alias: 'c' | 'e'): Sql[] =>
    columns.map((column) => Prisma.raw(`${alias}."${column}"`));
const json = (path: string) => (): Sql[] => [Prisma.raw(`e."detail"${path}`)];

/** All that free text looks into at once, with a character between that nobody types: one comparison an event, alike in every database. */
const SEARCHED = Prisma.raw(`concat_ws(U&'\\001F', ${SEARCHED_FIELDS.map((field) => `e."${field}"`).join(', ')}) COLLATE "C"`);
const NUMBERS = { latency: Prisma.raw('e."latencyMs"'), version: Prisma.raw('e."policyVersion"'), seq: Prisma.raw('e."seq"') };
const VALUE_COLUMNS: Partial<Record<AuditField, (alias: 'c' | 'e') => Sql[]>> = {
  decision: plain('decision'),
  outcome: plain('outcome'),
  kind: plain('kind'),
  tool: plain('tool'),
  server: plain('server', 'serverId'),
  grant: plain('grant', 'grantId'),
  client: plain('client'),
  code: plain('code'),
  rule: plain('rule'),
  method: plain('method'),
  actor: plain('actor'),
  action: plain('action'),
  id: plain('id'),
  request: plain('requestId'),
  policy: () => [Prisma.raw(`e."detail"->>'policy'`), Prisma.raw('e."policyId"')],
  shadow: json(`->'shadow'->>'effect'`),
  ip: json(`->>'ip'`),
};
