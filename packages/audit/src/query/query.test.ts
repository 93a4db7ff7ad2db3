import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditFacts, DECISIONS, OUTCOMES } from '../event.ts';
import { completeQuery } from './complete.ts';
import { addWord, chosenValues, removeWord, setTime, toggleValue } from './edit.ts';
import { AUDIT_FIELDS, FIELD_ENTRIES } from './fields.ts';
import { type Matchable, matchesQuery } from './match.ts';
import { queryMoment } from './moment.ts';
import { LONGEST_QUERY, parseQuery } from './parse.ts';
import { printQuery } from './print.ts';
import type { AuditTerm } from './query.ts';

const terms = (text: string) => {
  const { query, problems } = parseQuery(text);
  expect(problems).toEqual([]);
  return query.terms;
};
const problem = (text: string) => {
  const { problems } = parseQuery(text);
  return problems.map(({ offset, length, message, suggestion }) => ({ part: text.slice(offset, offset + length), message, suggestion }))[0];
};

const text = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'ab Z9_-.:,"\\*()/äé\t=') });
const patterns = fc.uniqueArray(fc.array(fc.oneof(text, fc.constant('')), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
  selector: (one) => JSON.stringify(one),
});
const limit = fc.record({ value: fc.integer({ min: 0, max: 99999 }), inclusive: fc.constant(true) });
const term: fc.Arbitrary<AuditTerm> = fc.oneof(
  fc.record({
    kind: fc.constant('value' as const),
    field: fc.constantFrom('tool', 'grant', 'server', 'client', 'code', 'rule', 'ip' as const),
    negated: fc.boolean(),
    patterns,
  }),
  fc.record({
    kind: fc.constant('value' as const),
    field: fc.constant('decision' as const),
    negated: fc.boolean(),
    patterns: fc.uniqueArray(fc.constantFrom(...DECISIONS), { minLength: 1 }).map((values) => values.map((value) => [value])),
  }),
  fc
    .tuple(fc.constantFrom('latency', 'version', 'seq' as const), fc.boolean(), fc.option(limit), fc.option(limit))
    .map(([field, negated, a, b]) => {
      const [min, max] = a && b && a.value > b.value ? [b, a] : [a, b];
      return { kind: 'range' as const, field, negated, min, max };
    }),
  fc.record({
    kind: fc.constant('time' as const),
    bound: fc.constantFrom('since', 'until' as const),
    moment: fc.constantFrom('15m', '24h', '7d', '2026-11-22', '2026-11-22T10:00:00Z'),
  }),
  fc.record({ kind: fc.constant('text' as const), negated: fc.boolean(), text }),
  fc.record({
    kind: fc.constant('argument' as const),
    negated: fc.boolean(),
    name: text,
    patterns: fc.uniqueArray(text, { maxLength: 2 }).map((values) => values.map((value) => [value])),
  }),
);

describe('the grammar', () => {
  test('what is printed is read back as the same query, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 6 }), (wanted) => {
        const { query, problems } = parseQuery(printQuery({ terms: wanted }));
        expect(problems).toEqual([]);
        expect(query.terms).toEqual(wanted);
      }),
      { numRuns: 3000 },
    );
  });

  test('no part of any text is dropped: each word has a meaning or a problem, and printing what was understood is stable', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80, unit: fc.constantFrom(...'adegrtno-:,"*.\\() ><19hs\n') }), (anything) => {
        const { query, problems, tokens } = parseQuery(anything);
        expect(tokens.map((token) => token.text).join('')).toBe(outsideSpaces(anything, tokens));
        for (const token of tokens) expect(token.term !== null || token.problems.length > 0, token.text).toBe(true);
        for (const { offset, length } of problems) expect(length > 0 && offset + length <= anything.length).toBe(true);
        expect(parseQuery(printQuery(query)).query).toEqual(query);
      }),
      { numRuns: 5000 },
    );
  });

  test('the example of the design is understood', () => {
    expect(terms('decision:denied tool:run_* -grant:ci since:24h arg.size:4K latency:>500 "not found"')).toEqual([
      { kind: 'value', field: 'decision', negated: false, patterns: [['denied']] },
      { kind: 'value', field: 'tool', negated: false, patterns: [['run_', '']] },
      { kind: 'value', field: 'grant', negated: true, patterns: [['ci']] },
      { kind: 'time', bound: 'since', moment: '24h' },
      { kind: 'argument', negated: false, name: 'size', patterns: [['4K']] },
      { kind: 'range', field: 'latency', negated: false, min: { value: 500, inclusive: false }, max: null },
      { kind: 'text', negated: false, text: 'not found' },
    ]);
  });

  test.each(AUDIT_FIELDS)('the example of %s is understood', (field) => void terms(FIELD_ENTRIES[field].example));

  test.each([
    ['latency:2s', { value: 2000, inclusive: true }, { value: 2000, inclusive: true }],
    ['latency:<=1m', null, { value: 60_000, inclusive: true }],
    ['latency:100..500', { value: 100, inclusive: true }, { value: 500, inclusive: true }],
    ['latency:100..', { value: 100, inclusive: true }, null],
    ['latency:..500', null, { value: 500, inclusive: true }],
    ['latency:1.5s..2s', { value: 1500, inclusive: true }, { value: 2000, inclusive: true }],
  ])('%s', (written, min, max) => expect(terms(written)).toMatchObject([{ min, max }]));

  test.each([
    ['decison:denied', 'decison', 'decision'],
    ['decision:denyed', 'denyed', 'denied'],
    ['decision:denied,foo', 'foo', undefined],
    ['tool:', 'tool:', undefined],
    ['tool:a,,b', ',', undefined],
    ['tool:(a OR b)', 'tool:(a', undefined],
    ['a OR b', 'OR', '"OR"'],
    ['since:yesterday', 'since:yesterday', undefined],
    ['-since:1h', '-since:1h', undefined],
    ['latency:fast', 'latency:fast', undefined],
    ['latency:500..100', 'latency:500..100', undefined],
    ['version:2s', 'version:2s', undefined],
    ['tool:"open', 'tool:"open', 'tool:"open"'],
    ['arg.:1', 'arg.:1', undefined],
    ['arg.size:4*', 'arg.size:4*', undefined],
    [':x', ':', undefined],
  ])('%s: says what is wrong with %s', (written, part, suggestion) => {
    const found = problem(written);
    if (part === ',') expect(found?.message).toContain('missing');
    else if (written.startsWith('tool:(')) expect(found?.message).toContain('Parentheses');
    else expect(found).toMatchObject({ part, suggestion });
  });

  test('one wrong value of a list does not take the others with it', () => {
    expect(parseQuery('decision:denied,foo').query.terms).toMatchObject([{ patterns: [['denied']] }]);
  });

  test('a text that is too long, or has too many terms, is a problem and no filter', () => {
    expect(parseQuery('x'.repeat(LONGEST_QUERY + 1))).toMatchObject({ query: { terms: [] }, problems: [{ offset: LONGEST_QUERY }] });
    expect(parseQuery('a '.repeat(60)).problems).toHaveLength(20);
  });

  test('ages count back from now, and a date without a zone is UTC', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(queryMoment('24h', now)?.toISOString()).toBe('2026-11-21T12:00:00.000Z');
    expect(queryMoment('2026-11-22T10:00', now)?.toISOString()).toBe('2026-11-22T10:00:00.000Z');
    expect(queryMoment('2026-13-40', now)).toBeNull();
  });
});

describe('matching', () => {
  const event: Matchable = {
    ...auditFacts({ id: 'e1', organizationId: 'o', at: '2026-11-22T10:00:00.000Z', kind: 'call' }),
    seq: 7,
    decision: 'denied',
    tool: 'run_model',
    grant: 'ci',
    grantId: 'g-1',
    server: 'demo',
    serverId: 's-1',
    message: 'No rule allows run_model.',
    latencyMs: 12,
    detail: { argumentKeys: ['size'], ip: '10.0.0.7', policy: 'Default' },
  };
  const now = Date.parse('2026-11-22T12:00:00Z');
  test.each([
    ['decision:denied', true],
    ['decision:den*', true],
    ['-decision:denied', false],
    ['decision:allowed,denied', true],
    ['tool:run_*', true],
    ['tool:*model', true],
    ['tool:*n_m*', true],
    ['tool:"run_*"', false],
    ['grant:ci', true],
    ['grant:g-1', true],
    ['-grant:g-1', false],
    ['client:""', true],
    ['-client:""', false],
    ['client:*', false],
    ['latency:>11', true],
    ['latency:>12', false],
    ['-version:1', true],
    ['since:3h', true],
    ['since:1h', false],
    ['until:2026-11-22T10:00:00Z', false],
    ['arg.size', true],
    ['-arg.size', false],
    ['RULE ALLOWS', true],
    ['"RULE ALLOWS"', true],
    ['-allows', false],
    ['ip:10.0.*', true],
    ['policy:Default', true],
    ['seq:1..7', true],
    [`outcome:${OUTCOMES.join(',')}`, false],
  ])('%s: %s', (written, expected) => expect(matchesQuery({ terms: terms(written) }, event, now)).toBe(expected));
});

test.each([
  ['größe', 'GRÖßE', true],
  ['GRÖßE', 'eine größe zu viel', true],
  ['größe', 'GROESSE', false],
  ['größe', 'GRÖSSE', false],
  ['ÉTÉ.', 'été.', true],
  ['ÉTÉ.', 'étés', false],
  ['ΣΑΣ', 'σασ', true],
  ['istanbul', 'ISTANBUL', true],
  ['istanbul', 'İSTANBUL', false],
  ['İstanbul', 'İSTANBUL', true],
  ['ısı', 'ISI', false],
  ['kelvin', '\u212aelvin', false],
  ['請求書', 'の請求書', true],
  ['𐐀', '𐐨', true],
])('the text “%s” in “%s”: %s', (text, message, expected) => {
  const event = { ...auditFacts({ id: 'e', organizationId: 'o', at: '2026-11-22T09:00:00.000Z', kind: 'call' }), message, seq: 1 };
  expect(matchesQuery({ terms: [{ kind: 'text', negated: false, text }] }, event, 0)).toBe(expected);
});

describe('changes by a click', () => {
  const typed = 'oops:1  tool:a "free text"';
  test('switch a value on, a second one, and off again; what was not understood stays', () => {
    const one = toggleValue(typed, 'decision', 'denied');
    expect(one).toBe('oops:1 tool:a "free text" decision:denied');
    const two = toggleValue(one, 'decision', 'limited');
    expect(two).toBe('oops:1 tool:a "free text" decision:denied,limited');
    expect(chosenValues(two, 'decision')).toEqual({ only: ['denied', 'limited'], without: [] });
    expect(toggleValue(toggleValue(two, 'decision', 'denied'), 'decision', 'limited')).toBe('oops:1 tool:a "free text"');
    expect(toggleValue('', 'grant', 'my laptop', true)).toBe('-grant:"my laptop"');
  });
  test('set and clear the time range, remove a word, add one', () => {
    expect(setTime('since:1h a until:2026-01-01', { since: '24h', until: null })).toBe('a since:24h');
    expect(setTime('since:1h a', { since: null, until: null })).toBe('a');
    expect(removeWord(typed, 0)).toBe('tool:a "free text"');
    expect(addWord('a', 'a')).toBe('a');
    expect(addWord('a', 'arg.size')).toBe('a arg.size');
  });
});

describe('completion', () => {
  const seen = {
    tool: [
      { value: 'run_model', count: 9 },
      { value: 'get price', count: 2 },
    ],
    argumentNames: ['size', 'prompt'],
  };
  const options = (written: string) => completeQuery(written, written.length, seen).options.map(({ insert }) => insert);
  test('offers fields, then values that were seen, quoted where they must be', () => {
    expect(options('').slice(0, 3)).toEqual(['decision:', 'outcome:', 'tool:']);
    expect(options('a -de')).toEqual(['decision:']);
    expect(options('tool:')).toEqual(['run_model', '"get price"']);
    expect(options('tool:pri')).toEqual(['"get price"']);
    expect(options('decision:denied,lim')).toEqual(['limited']);
    expect(options('decision:denied,den')).toEqual([]);
    expect(options('since:2')).toEqual(['24h']);
    expect(options('arg.s')).toEqual(['arg.size']);
    expect(options('nothing:x')).toEqual([]);
  });
  test('replaces the word at the caret and no other', () => {
    expect(completeQuery('tool:run since:1h', 8, seen)).toMatchObject({ from: 5, to: 8 });
    expect(completeQuery('x -too y', 6, seen)).toMatchObject({ from: 3, to: 6, options: [{ insert: 'tool:' }] });
  });
});

function outsideSpaces(whole: string, tokens: { offset: number; text: string }[]): string {
  let rest = whole;
  for (const token of [...tokens].reverse()) {
    expect(rest.slice(token.offset + token.text.length).trim()).toBe('');
    rest = rest.slice(0, token.offset);
  }
  expect(rest.trim()).toBe('');
  return tokens.map((token) => token.text).join('');
}
