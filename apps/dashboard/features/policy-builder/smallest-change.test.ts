import { expect, test } from 'vitest';
import { smallestChange } from './smallest-change.ts';

test.each([
  ['"max": 30', '"max": 300'],
  ['"max": 30', '"max": 0'],
  ['aaa', 'aa'],
  ['', 'abc'],
  ['abc', ''],
  ['xabcx', 'xx'],
])('%j becomes %j by one replacement', (before, after) => {
  const change = smallestChange(before, after)!;
  expect(before.slice(0, change.from) + change.insert + before.slice(change.to)).toBe(after);
});

test('what both texts share is left alone', () => {
  expect(smallestChange('{"max": 30, "scope": "grant"}', '{"max": 45, "scope": "grant"}')).toEqual({ from: 8, to: 10, insert: '45' });
});

test('equal texts need no change', () => expect(smallestChange('a', 'a')).toBeNull());
