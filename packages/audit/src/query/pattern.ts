import type { Pattern } from './query.ts';
import type { Segment } from './words.ts';

/** What the segments of a value mean: each `*` outside quotes stands for any text. */
export function patternOf(segments: readonly Segment[]): Pattern {
  const parts = [''];
  for (const { text, quoted } of segments) {
    const [first = '', ...others] = quoted ? [text] : text.split('*');
    parts[parts.length - 1] += first;
    parts.push(...others);
  }
  return parts;
}

/** The text that a pattern without `*` means; null of one that has one. */
export const exactText = (pattern: Pattern): string | null => (pattern.length === 1 ? (pattern[0] as string) : null);

/** A field without a value matches the empty pattern and nothing else. */
export function matchesPattern(pattern: Pattern, value: string | null): boolean {
  if (value === null) return pattern.length === 1 && pattern[0] === '';
  const [first = '', ...others] = pattern;
  if (others.length === 0) return value === first;
  const last = others.pop() as string;
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = value.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= value.length - last.length;
}
