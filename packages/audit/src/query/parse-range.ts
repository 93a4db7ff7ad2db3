import type { Limit } from './query.ts';

export const RANGE_HELP = 'a number, or limits such as >500, <=2s or 100..500';

const UNITS = { ms: 1, s: 1000, m: 60_000 };

/** `500`, `>500`, `100..500`, `*`; with `units`, also `2s`. Null when it cannot be read. */
export function parseRange(text: string, units: boolean): { min: Limit | null; max: Limit | null } | null {
  const limit = (part: string, inclusive = true): Limit | null => {
    const match = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m)?$/.exec(part);
    if (!match || (match[2] && !units)) return null;
    return { value: Number(match[1]) * UNITS[(match[2] ?? 'ms') as keyof typeof UNITS], inclusive };
  };
  if (text === '*') return { min: null, max: null };
  const compared = /^(>=|<=|>|<)(.+)$/.exec(text);
  if (compared) {
    const [, operator = '', rest = ''] = compared;
    const one = limit(rest, operator.endsWith('='));
    return one && (operator.startsWith('>') ? { min: one, max: null } : { min: null, max: one });
  }
  const dots = text.indexOf('..');
  if (dots !== -1) {
    const [from, to] = [text.slice(0, dots), text.slice(dots + 2)];
    const [min, max] = [from === '' ? null : limit(from), to === '' ? null : limit(to)];
    if ((from !== '' && !min) || (to !== '' && !max) || (!min && !max) || (min && max && min.value > max.value)) return null;
    return { min, max };
  }
  const one = limit(text);
  return one && { min: one, max: one };
}
