import { type AuditFilter, auditFilterToParams } from '@toolgate/audit/filter';

/** What the page itself keeps in its URL, beside the filter. */
export const PAGE_KEYS = ['event'] as const;

/** A page of events, filtered; `event`: the one that is open. */
export function auditHref(path: string, filter: AuditFilter, event: number | null = null): string {
  const params = new URLSearchParams(auditFilterToParams(filter));
  if (event !== null) params.set('event', String(event));
  const query = params.toString();
  return query ? `${path}?${query}` : path;
}

/** What `?event=` names: a sequence number, or an id as denials carry it; null when it is neither. */
export function openEvent(value: string | null | undefined): number | string | null {
  if (value && /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(value)) return value;
  const seq = Number(value);
  return value && Number.isSafeInteger(seq) && seq > 0 ? seq : null;
}

/** The filter with one value of a list switched on or off. */
export function toggled(filter: AuditFilter, key: 'decision' | 'outcome' | 'tool' | 'grant' | 'server', value: string): AuditFilter {
  const values = filter[key] ?? [];
  const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  const { [key]: _, ...others } = filter;
  return next.length > 0 ? { ...others, [key]: next } : others;
}

/** The filter with one text set, or taken away when it is empty. */
export function withText(filter: AuditFilter, key: 'since' | 'until' | 'text' | 'kind', value: string): AuditFilter {
  const { [key]: _, ...others } = filter;
  return value === '' ? others : ({ ...others, [key]: value } as AuditFilter);
}

/** How many things the reader asked for: what "Clear filters" would take away. */
export const filterSize = (filter: AuditFilter): number => auditFilterToParams(filter).length;
