/** The query's place in an address: one parameter, as it was typed. */
import { printQuery } from './print.ts';
import type { AuditQuery } from './query.ts';

export const QUERY_KEY = 'q';

/** `q=…` for an address; empty when everything is asked for. */
export function addressOf(query: AuditQuery | string): string {
  const text = typeof query === 'string' ? query : printQuery(query);
  return text === '' ? '' : `${QUERY_KEY}=${encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%3A', ':').replaceAll('%2C', ',')}`;
}

/** Parts of an address that are no query and none of the page's own keys, in words: who wrote them believes that they filter. */
export function strayKeys(pairs: Iterable<[string, string]>, own: readonly string[]): string[] {
  return [...pairs]
    .filter(([key]) => key !== QUERY_KEY && !own.includes(key))
    .map(([key, value]) => `“${key}=${value}” in the address does not filter: write ${key}:${value} into the query.`);
}
