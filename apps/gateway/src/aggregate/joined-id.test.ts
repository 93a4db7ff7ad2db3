import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinId, splitId } from './joined-id.ts';
import { readPosition, writePosition } from './position.ts';

const slug = fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}$/);
const id = fc.oneof(
  fc.maxSafeInteger(),
  fc.string({ unit: fc.constantFrom('+', 'n', 's', '1', '-', 'tg-', 'a', 'é', '\n'), maxLength: 12 }),
);

test('an id is split into the server and the id that it was joined from, of the same type', () => {
  fc.assert(
    fc.property(slug, id, (server, own) => {
      expect(splitId(joinId(server, own))).toEqual({ server, id: Object.is(own, -0) ? 0 : own });
    }),
    { numRuns: 5000 },
  );
});

test('ids of two servers, or two ids of one, are never the same', () => {
  fc.assert(
    fc.property(slug, id, slug, id, (a, one, b, other) => {
      if (a === b && one === other) return;
      expect(joinId(a, one)).not.toBe(joinId(b, other));
    }),
    { numRuns: 5000 },
  );
  expect(joinId('a', 1)).not.toBe(joinId('a', '1'));
});

test.each([
  1,
  null,
  '',
  'a',
  'tg-a',
  'tg-a+',
  'tg-a+n',
  'tg-a+n01',
  'tg-a+n1.5',
  'tg-a+n9007199254740993',
  'tg-a+nNaN',
  'tg-+n1',
  'tg-A+n1',
  'tg-a--b+n1',
  'a+n1',
])('%j is no joined id', (joined) => {
  expect(splitId(joined)).toBe(null);
});

test('a position is read as it was written, and nothing else is one', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('one' as const, 'all' as const),
      fc.array(fc.tuple(slug, fc.string({ unit: 'grapheme', maxLength: 20 })), { maxLength: 5 }),
      (stream, events) => {
        const position = { stream, events: new Map(events) };
        const text = writePosition(position);
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(readPosition(text)).toEqual(position);
      },
    ),
  );
  const junk = ['', '1', 'bnVsbA', undefined, 'a b', Buffer.from('["one",{}]').toString('base64url'), 'A'.repeat(9000)];
  for (const text of junk) expect(readPosition(text)).toBe(null);
});
