/** Moments as the grammar writes them. */
const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const AGE = /^(\d{1,5})([smhdw])$/;
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** What is said when it cannot be read. */
export const MOMENT_HELP = 'an age such as 15m, 24h or 7d, or a date such as 2026-11-22 or 2026-11-22T10:00Z';

/**
 * The moment that `15m`, `24h`, `7d` (ago) or an ISO 8601 date means; a date without a zone is UTC. Null when it is neither.
 * @param now in ms since 1970
 */
export function queryMoment(text: string, now: number): Date | null {
  const age = AGE.exec(text);
  if (age) return new Date(now - Number(age[1]) * UNITS[age[2] as keyof typeof UNITS]);
  const date = DATE.exec(text);
  if (!date) return null;
  const at = Date.parse(date[1] && !date[4] ? `${text}Z` : text);
  return Number.isNaN(at) ? null : new Date(at);
}

/** An age's length in ms; null when it is a date. */
export function ageOf(text: string): number | null {
  const age = AGE.exec(text);
  return age ? Number(age[1]) * UNITS[age[2] as keyof typeof UNITS] : null;
}
