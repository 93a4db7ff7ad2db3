import { isObject } from './json.ts';

/** Each is compiled when a document is read, so their number bounds how long that takes. */
export const MAX_PATTERNS = 500;

/** Whether a document, well-formed or not, has more than 500 different regular expressions. */
export function hasTooManyPatterns(value: unknown, patterns: Set<string> = new Set()): boolean {
  if (Array.isArray(value)) return value.some((item) => hasTooManyPatterns(item, patterns));
  if (!isObject(value)) return false;
  if (value.op === 'regex' && typeof value.value === 'string') patterns.add(value.value);
  return patterns.size > MAX_PATTERNS || Object.values(value).some((item) => hasTooManyPatterns(item, patterns));
}
