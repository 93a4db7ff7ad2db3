import { canonicalJson } from './canonical-json.ts';

/**
 * What is under the HMAC by which one argument of a captured call is found again without its value being in the log; null of what has
 * none: objects, lists and very long texts. The mark is the first 32 hex digits of the HMAC-SHA-256 under the organization's argument key.
 */
export function argumentMarkText(name: string, value: unknown): string | null {
  const scalar = value === null || ['number', 'boolean'].includes(typeof value) || (typeof value === 'string' && value.length <= LONGEST);
  return scalar ? canonicalJson([name, value]) : null;
}

export const MARK_DIGITS = 32;
const LONGEST = 1000;

/** What somebody may mean who types this text as a value: the text itself and, where it is one, the number, truth value or null. */
export function typedValues(text: string): unknown[] {
  const values: unknown[] = [text];
  if (/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(text)) values.push(JSON.parse(text));
  return values;
}
