/** Whether an event is among those that a query means: the same answer as the database gives. */
import type { AuditFacts } from '../event.ts';
import type { AuditField } from './fields.ts';
import { queryMoment } from './moment.ts';
import { matchesPattern } from './pattern.ts';
import type { AuditQuery, AuditTerm, Limit } from './query.ts';
import { textPattern } from './text-pattern.ts';

export type Matchable = AuditFacts & { seq: number };

/** @param now in ms since 1970: what ages count from */
export const matchesQuery = (query: AuditQuery, event: Matchable, now: number): boolean =>
  query.terms.every((term) => matchesTerm(term, event, now));

/** What free text looks into. */
export const SEARCHED_FIELDS = ['message', 'tool', 'grant', 'server', 'code', 'client', 'actor', 'action', 'requestId'] as const;

function matchesTerm(term: AuditTerm, event: Matchable, now: number): boolean {
  switch (term.kind) {
    case 'value': {
      const values = valuesOf(term.field, event);
      return term.patterns.some((pattern) => values.some((value) => matchesPattern(pattern, value))) !== term.negated;
    }
    case 'range': {
      const value = numberOf(term.field, event);
      return (value !== null && above(value, term.min) && below(value, term.max)) !== term.negated;
    }
    case 'time': {
      const at = queryMoment(term.moment, now)?.getTime() ?? 0;
      return term.bound === 'since' ? Date.parse(event.at) >= at : Date.parse(event.at) < at;
    }
    case 'argument':
      return hasArgument(term, event) !== term.negated;
    case 'text': {
      const text = new RegExp(textPattern(term.text), 'u');
      return SEARCHED_FIELDS.some((field) => text.test(event[field] ?? '')) !== term.negated;
    }
  }
}

function hasArgument({ name, patterns, marks }: Extract<AuditTerm, { kind: 'argument' }>, { detail }: Matchable): boolean {
  if (patterns.length === 0) return detail.argumentKeys?.includes(name) ?? false;
  const mark = detail.argumentMarks?.[name];
  return mark !== undefined && (marks?.includes(mark) ?? false);
}

const above = (value: number, limit: Limit | null): boolean => !limit || value > limit.value || (limit.inclusive && value === limit.value);
const below = (value: number, limit: Limit | null): boolean => !limit || value < limit.value || (limit.inclusive && value === limit.value);

function numberOf(field: AuditField, event: Matchable): number | null {
  return field === 'latency' ? event.latencyMs : field === 'version' ? event.policyVersion : field === 'seq' ? event.seq : null;
}

/** A server, grant or policy goes by two names. */
export function valuesOf(field: AuditField, event: Omit<Matchable, 'seq'>): (string | null)[] {
  switch (field) {
    case 'server':
      return event.serverId === null ? [event.server] : [event.server, event.serverId];
    case 'grant':
      return event.grantId === null ? [event.grant] : [event.grant, event.grantId];
    case 'policy':
      return event.policyId === null ? [event.detail.policy ?? null] : [event.detail.policy ?? null, event.policyId];
    case 'request':
      return [event.requestId];
    case 'shadow':
      return [event.detail.shadow?.effect ?? null];
    case 'ip':
      return [event.detail.ip ?? null];
    case 'decision':
    case 'outcome':
    case 'kind':
    case 'tool':
    case 'client':
    case 'code':
    case 'rule':
    case 'method':
    case 'actor':
    case 'action':
    case 'id':
      return [event[field]];
    default:
      return [];
  }
}
