/** Changes of the query's text by a click: every other word, understood or not, stays as it was written. */
import type { AuditField } from './fields.ts';
import { parseQuery, type QueryToken } from './parse.ts';
import { exactText } from './pattern.ts';
import { printTerm } from './print.ts';
import type { AuditTerm } from './query.ts';

type ValueTerm = Extract<AuditTerm, { kind: 'value' }>;

/** The text with one value of a field switched on or off; `without`: with the value excluded, or no longer. */
export function toggleValue(text: string, field: AuditField, value: string, without = false): string {
  const { tokens } = parseQuery(text);
  const at = tokens.findIndex(({ term }) => term?.kind === 'value' && term.field === field && term.negated === without);
  const term = tokens[at]?.term as ValueTerm | undefined;
  if (!term) return joined([...tokens.map(wordOf), printTerm({ kind: 'value', field, negated: without, patterns: [[value]] })]);
  const kept = term.patterns.filter((pattern) => exactText(pattern) !== value);
  const patterns = kept.length < term.patterns.length ? kept : [...term.patterns, [value]];
  return joined(
    tokens.map((token, index) => (index === at ? (patterns.length > 0 ? printTerm({ ...term, patterns }) : '') : wordOf(token))),
  );
}

/** The values that a field is narrowed to, or that are excluded from it. */
export function chosenValues(text: string, field: AuditField): { only: string[]; without: string[] } {
  const terms = parseQuery(text).query.terms.filter((term): term is ValueTerm => term.kind === 'value' && term.field === field);
  const of = (negated: boolean) =>
    terms.filter((term) => term.negated === negated).flatMap((term) => term.patterns.map((pattern) => pattern.join('*')));
  return { only: of(false), without: of(true) };
}

/** The text with another time range; null takes a bound away. */
export function setTime(text: string, { since, until }: { since: string | null; until: string | null }): string {
  const others = parseQuery(text)
    .tokens.filter(({ term }) => term?.kind !== 'time')
    .map(wordOf);
  return joined([...others, since ? `since:${since}` : '', until ? `until:${until}` : '']);
}

/** The text without one of its words. */
export const removeWord = (text: string, offset: number): string =>
  joined(
    parseQuery(text)
      .tokens.filter((token) => token.offset !== offset)
      .map(wordOf),
  );

/** The text with a word more, unless it is there. */
export function addWord(text: string, word: string): string {
  const words = parseQuery(text).tokens.map(wordOf);
  return joined(words.includes(word) ? words : [...words, word]);
}

const wordOf = ({ text }: QueryToken): string => text;
const joined = (words: string[]): string => words.filter((word) => word !== '').join(' ');
