import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DECISIONS, OUTCOMES } from './event.ts';
import { type AuditFilter, auditFilterToParams, filterMoment, parseAuditFilter } from './filter.ts';

const parse = (query: string) => parseAuditFilter(new URLSearchParams(query));

test('a filter comes back from the URL as it went in', () => {
  const texts = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 });
  const filters = fc.record(
    {
      decision: fc.subarray([...DECISIONS], { minLength: 1 }),
      outcome: fc.subarray([...OUTCOMES], { minLength: 1 }),
      tool: texts,
      grant: texts,
      server: texts,
      kind: fc.constantFrom('call' as const, 'change' as const),
      since: fc.constantFrom('15m', '24h', '7d', '2026-11-22T10:00:00.000Z'),
      until: fc.constantFrom('1h', '2026-11-22'),
      text: fc.string({ minLength: 1, maxLength: 50 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(filters, (filter) => {
      const query = new URLSearchParams(auditFilterToParams(filter as AuditFilter)).toString();
      expect(parse(query)).toEqual({ filter, problems: [] });
    }),
  );
});

test('what is not a filter is reported, not dropped, and the rest still counts', () => {
  const { filter, problems } = parse('decision=denied&decision=maybe&colour=red&since=soon&kind=call&kind=change');
  expect(filter).toEqual({ decision: ['denied'], kind: 'call' });
  expect(problems.map(({ key, value }) => `${key}=${value}`)).toEqual(['decision=maybe', 'colour=red', 'since=soon', 'kind=change']);
  expect(problems[1]!.message).toBe('There is no filter named colour.');
});

test("a page's own keys and empty values are no problem", () => {
  expect(parseAuditFilter(new URLSearchParams('before=12&tool='), ['before'])).toEqual({ filter: {}, problems: [] });
});

test('an age counts back from now, a date is itself, anything else is nothing', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  expect(filterMoment('15m', now)?.toISOString()).toBe('2026-11-22T11:45:00.000Z');
  expect(filterMoment('7d', now)?.toISOString()).toBe('2026-11-15T12:00:00.000Z');
  expect(filterMoment('2026-11-20', now)?.toISOString()).toBe('2026-11-20T00:00:00.000Z');
  for (const text of ['', '15', 'm', '2026-13-40', 'yesterday', '-5m']) expect(filterMoment(text, now)).toBeNull();
});
