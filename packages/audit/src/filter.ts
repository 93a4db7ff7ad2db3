/** Which audit events to show: the same filter in the URL, in the query and in the export. */
import { DECISIONS, OUTCOMES } from './event.ts';

export interface AuditFilter {
  decision?: string[];
  outcome?: string[];
  /** Exact names; within one list any may match, between lists all must. */
  tool?: string[];
  /** Ids or labels. */
  grant?: string[];
  /** Ids or slugs. */
  server?: string[];
  kind?: 'call' | 'change';
  /** An age such as `15m`, `24h`, `7d`, or an ISO 8601 date or time. */
  since?: string;
  until?: string;
  text?: string;
}

/** Something in a URL that is not part of a filter; it is shown to the reader, who would else believe that it filters. */
export interface AuditFilterProblem {
  key: string;
  value: string;
  message: string;
}

/**
 * Reads a filter from a URL's query; lists are given by repeating their key.
 * @param others keys that the page itself uses (`before`, `event` …): these are no problem
 */
export function parseAuditFilter(
  params: URLSearchParamsLike,
  others: readonly string[] = [],
): { filter: AuditFilter; problems: AuditFilterProblem[] } {
  const filter: AuditFilter = {};
  const problems: AuditFilterProblem[] = [];
  for (const [key, value] of params) {
    if (others.includes(key) || value === '') continue;
    const message = add(filter, key, value);
    if (message) problems.push({ key, value, message });
  }
  return { filter, problems };
}

/** The query that `parseAuditFilter` reads back to the same filter, as pairs for `new URLSearchParams(…)`. */
export function auditFilterToParams(filter: AuditFilter): [string, string][] {
  const pairs: [string, string][] = [];
  for (const key of [...LISTS, ...SINGLES]) for (const value of [filter[key] ?? []].flat()) pairs.push([key, value]);
  return pairs;
}

/** The moment that `since` or `until` means. @param now in ms since 1970 */
export function filterMoment(text: string, now: number): Date | null {
  const age = AGE.exec(text);
  if (age) return new Date(now - Number(age[1]) * (UNITS[age[2] as keyof typeof UNITS] ?? 0));
  return DATE.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text) : null;
}

/** What a filter is read from: `URLSearchParams` is one. */
export interface URLSearchParamsLike {
  [Symbol.iterator](): Iterator<[string, string]>;
}

const LISTS = ['decision', 'outcome', 'tool', 'grant', 'server'] as const;
const SINGLES = ['kind', 'since', 'until', 'text'] as const;
const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const AGE = /^(\d{1,5})([smhd])$/;
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const MOST_VALUES = 50;
const LONGEST_VALUE = 256;

/** Adds one value; the reason why it cannot be, otherwise null. */
function add(filter: AuditFilter, key: string, value: string): string | null {
  if (value.length > LONGEST_VALUE) return `A value has at most ${LONGEST_VALUE} characters.`;
  const list = LISTS.find((name) => name === key);
  if (list) {
    const allowed: readonly string[] | null = list === 'decision' ? DECISIONS : list === 'outcome' ? OUTCOMES : null;
    if (allowed && !allowed.includes(value)) return `${key} is one of ${allowed.join(', ')}.`;
    const values = filter[list] ?? [];
    if (values.length >= MOST_VALUES) return `At most ${MOST_VALUES} values of ${key}.`;
    if (!values.includes(value)) filter[list] = [...values, value];
    return null;
  }
  const single = SINGLES.find((name) => name === key);
  if (!single) return `There is no filter named ${key}.`;
  if (filter[single] !== undefined) return `${key} is given twice; the first one counts.`;
  if (single === 'kind') {
    if (value !== 'call' && value !== 'change') return 'kind is call or change.';
    filter.kind = value;
    return null;
  }
  if (single !== 'text' && !filterMoment(value, 0))
    return `${key} is an age such as 15m, 24h or 7d, or a date such as 2026-11-22T10:00:00Z.`;
  filter[single] = value;
  return null;
}
