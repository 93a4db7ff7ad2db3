/** Reads the grammar of the audit log: `decision:denied tool:run_* -grant:ci since:24h latency:>500 "free text"`. */
import { ARGUMENT_PREFIX, AUDIT_FIELDS, FIELD_ENTRIES, isAuditField } from './fields.ts';
import { MOMENT_HELP, queryMoment } from './moment.ts';
import { parseRange, RANGE_HELP } from './parse-range.ts';
import { patternOf } from './pattern.ts';
import { quote } from './print.ts';
import type { AuditQuery, AuditTerm, Pattern, QueryProblem } from './query.ts';
import { suggest } from './suggest.ts';
import { splitList, splitWords, type Word } from './words.ts';

/** A word of the text with what it means: a term, or problems, or (a list of which some is wrong) both. */
export interface QueryToken extends Word {
  term: AuditTerm | null;
  problems: QueryProblem[];
}

export interface ParsedQuery {
  query: AuditQuery;
  problems: QueryProblem[];
  /** Every word, in order: nothing of the text is left out. */
  tokens: QueryToken[];
}

export const LONGEST_QUERY = 2000;
export const LONGEST_VALUE = 256;
const MOST_TERMS = 40;
const MOST_VALUES = 50;

/** Never fails: what it does not understand is a problem, with its place and why. */
export function parseQuery(text: string): ParsedQuery {
  if (text.length > LONGEST_QUERY) {
    const problem = {
      offset: LONGEST_QUERY,
      length: text.length - LONGEST_QUERY,
      message: `A query has at most ${LONGEST_QUERY} characters.`,
    };
    return { query: { terms: [] }, problems: [problem], tokens: [{ offset: 0, text, open: false, term: null, problems: [problem] }] };
  }
  const tokens: QueryToken[] = [];
  for (const word of splitWords(text)) {
    const terms = tokens.filter((token) => token.term).length;
    tokens.push(
      terms < MOST_TERMS ? { ...word, ...parseWord(word) } : { ...word, ...wrong(word, `A query has at most ${MOST_TERMS} terms.`) },
    );
  }
  return {
    query: { terms: tokens.flatMap(({ term }) => term ?? []) },
    problems: tokens.flatMap(({ problems }) => problems),
    tokens,
  };
}

type Meaning = Pick<QueryToken, 'term' | 'problems'>;

function parseWord(word: Word): Meaning {
  if (word.open) return wrong(word, 'The quote is not closed.', `${word.text}"`);
  const negated = word.text.length > 1 && word.text.startsWith('-');
  const body = negated ? word.text.slice(1) : word.text;
  const name = /^(arg\.(?:"(?:[^"\\]|\\.)*"|[^":\s])+|[^":\s]*)(:?)/i.exec(body);
  const [, field = '', colon] = name ?? [];
  if (field.toLowerCase().startsWith(ARGUMENT_PREFIX)) return argumentTerm(word, negated, field, colon === ':');
  if (colon) return fieldTerm(word, negated, field);
  return textTerm(word, negated, body);
}

function textTerm(word: Word, negated: boolean, body: string): Meaning {
  if (/^(and|or|not)$/i.test(body)) {
    const either = 'Terms side by side must all hold; either of two values is decision:denied,limited, and not is a minus: -grant:ci.';
    return wrong(word, `${body.toUpperCase()} is not part of the grammar. ${either} To look for the word itself, quote it.`, quote(body));
  }
  if (/^\(|\)$/.test(body)) return wrong(word, 'Parentheses are not part of the grammar. Either of two values is decision:denied,limited.');
  const text = splitWordText(body);
  if (text.length > LONGEST_VALUE) return wrong(word, `A text has at most ${LONGEST_VALUE} characters.`);
  if (text === '') return wrong(word, 'There is nothing to look for.');
  return { term: { kind: 'text', negated, text }, problems: [] };
}

/** Free text without its quotes. */
const splitWordText = (body: string): string => {
  let text = '';
  let quoted = false;
  for (let at = 0; at < body.length; at++) {
    if (quoted && body[at] === '\\' && at + 1 < body.length) text += body[++at];
    else if (body[at] === '"') quoted = !quoted;
    else text += body[at];
  }
  return text;
};

function fieldTerm(word: Word, negated: boolean, given: string): Meaning {
  const field = given.toLowerCase();
  const start = word.offset + (negated ? 1 : 0);
  const value = word.text.slice((negated ? 1 : 0) + given.length + 1);
  if (!isAuditField(field)) {
    const meant = suggest(field, AUDIT_FIELDS);
    const place = { offset: start, length: Math.max(1, given.length) };
    if (given === '') return { term: null, problems: [{ ...place, message: 'A field comes before the colon, such as tool:run_*.' }] };
    const quoted = `To look for the text itself, quote it.`;
    const message = `There is no field named ${given}. ${meant ? `Did you mean ${meant}?` : quoted}`;
    return { term: null, problems: [{ ...place, message, ...(meant ? { suggestion: meant } : {}) }] };
  }
  if (value === '') return wrong(word, `${field}: has no value. Such as ${FIELD_ENTRIES[field].example}.`);
  const { kind } = FIELD_ENTRIES[field];
  switch (kind.type) {
    case 'time': {
      const bound = field as 'since' | 'until';
      if (negated) return wrong(word, `${field} cannot be negated: use ${field === 'since' ? 'until' : 'since'}.`);
      return queryMoment(value, Date.UTC(2026, 0))
        ? { term: { kind: 'time', bound, moment: value }, problems: [] }
        : wrong(word, `${field} is ${MOMENT_HELP}.`);
    }
    case 'number': {
      const range = parseRange(value, field === 'latency');
      return range ? { term: { kind: 'range', field, negated, ...range }, problems: [] } : wrong(word, `${field} is ${RANGE_HELP}.`);
    }
    default: {
      const { patterns, problems } = patternList(word, value, kind.type === 'enum' ? kind.values : null);
      return { term: patterns.length > 0 ? { kind: 'value', field, negated, patterns } : null, problems };
    }
  }
}

function argumentTerm(word: Word, negated: boolean, field: string, hasValue: boolean): Meaning {
  const name = splitWordText(field.slice(ARGUMENT_PREFIX.length));
  if (name === '' || name.length > LONGEST_VALUE) return wrong(word, 'The name of an argument comes after arg., such as arg.size.');
  if (!hasValue) {
    const rest = word.text.length - (negated ? 1 : 0) - field.length;
    if (rest > 0) return wrong(word, 'After the name of an argument comes a colon and its value.');
    return { term: { kind: 'argument', negated, name, patterns: [] }, problems: [] };
  }
  const value = word.text.slice((negated ? 1 : 0) + field.length + 1);
  if (value === '' || value === '*') return { term: { kind: 'argument', negated, name, patterns: [] }, problems: [] };
  const { patterns, problems } = patternList(word, value, null);
  const wild = patterns.some((pattern) => pattern.length > 1);
  if (wild)
    return wrong(word, 'Values of arguments are compared as a whole, so they cannot hold *: the log has no readable values to look into.');
  return { term: patterns.length > 0 ? { kind: 'argument', negated, name, patterns } : null, problems };
}

/** @param allowed the values of an enum; a wildcard means those that it matches */
function patternList(word: Word, value: string, allowed: readonly string[] | null): { patterns: Pattern[]; problems: QueryProblem[] } {
  const patterns: Pattern[] = [];
  const problems: QueryProblem[] = [];
  const start = word.offset + word.text.length - value.length;
  for (const item of splitList(value)) {
    const place = { offset: start + item.offset, length: Math.max(1, item.length) };
    const pattern = patternOf(item.segments);
    const text = pattern.join('*');
    const fault =
      item.length === 0
        ? 'A value is missing at this comma.'
        : valueFault(
            text,
            pattern,
            patterns.length,
            item.segments.some(({ quoted }) => quoted),
          );
    if (fault) problems.push({ ...place, message: fault });
    else if (allowed === null || text === '') patterns.push(pattern);
    else {
      const plain = pattern.map((part) => part.toLowerCase());
      if (plain.length > 1 ? allowed.some((one) => matchesEnum(plain, one)) : allowed.includes(plain[0] as string)) patterns.push(plain);
      else {
        const meant = suggest(text, allowed);
        problems.push({ ...place, message: `“${text}” is none of ${allowed.join(', ')}.`, ...(meant ? { suggestion: meant } : {}) });
      }
    }
  }
  return { patterns: unique(patterns), problems };
}

function valueFault(text: string, pattern: Pattern, before: number, quoted: boolean): string | null {
  if (text.length > LONGEST_VALUE) return `A value has at most ${LONGEST_VALUE} characters.`;
  if (pattern.length > 6) return 'A value holds at most five *.';
  if (before >= MOST_VALUES) return `A list has at most ${MOST_VALUES} values.`;
  if (!quoted && /[()]/.test(text))
    return 'Parentheses are not part of the grammar: write the values side by side with commas, or quote them.';
  return null;
}

const matchesEnum = (pattern: Pattern, value: string): boolean =>
  value.startsWith(pattern[0] as string) && value.endsWith(pattern.at(-1) as string) && pattern.every((part) => value.includes(part));

const unique = (patterns: Pattern[]): Pattern[] => [...new Map(patterns.map((one) => [JSON.stringify(one), one])).values()];

function wrong(word: Word, message: string, suggestion?: string): Meaning {
  return {
    term: null,
    problems: [{ offset: word.offset, length: word.text.length, message, ...(suggestion === undefined ? {} : { suggestion }) }],
  };
}
