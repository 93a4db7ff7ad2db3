import { addressOf } from '@toolgate/audit/query/address';

/** What the page itself keeps in its URL, beside the query. */
export const PAGE_KEYS = ['event'] as const;

/** A page of events, narrowed by the text of a query; `event`: the one that is open. */
export function auditHref(path: string, text: string, event: number | null = null): string {
  const query = [addressOf(text), event === null ? '' : `event=${event}`].filter(Boolean).join('&');
  return query ? `${path}?${query}` : path;
}

/** What `?event=` names: a sequence number, or an id as denials carry it; null when it is neither. */
export function openEvent(value: string | null | undefined): number | string | null {
  if (value && /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(value)) return value;
  const seq = Number(value);
  return value && Number.isSafeInteger(seq) && seq > 0 ? seq : null;
}
