import { parseWindow } from './window.ts';

/** The dialect `"5/hour"`: at most `max` calls per window. Null: it is none. */
export function parseRate(text: string): { max: number; windowMs: number } | null {
  const match = /^\s*(\d{1,9})\s*(?:\/|per)\s*([a-z0-9]+)\s*$/.exec(text);
  const windowMs = match ? parseWindow(SHORT.get(match[2]!) ?? match[2]!) : null;
  return match && windowMs !== null ? { max: Number(match[1]), windowMs } : null;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['sec', 'second'],
  ['m', 'minute'],
  ['min', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
]);
