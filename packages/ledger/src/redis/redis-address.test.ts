import { expect, test } from 'vitest';
import { isRedisAddress, shownAddress } from './redis-address.ts';

test.each([
  ['redis://localhost:6379', true],
  ['rediss://:secret@[::1]:7000/2', true],
  ['redis://a:1,redis://b:2, redis://c', true],
  ['redis://a:1,rediss://b:2', false],
  ['redis://a:1,b:2', false],
  ['http://localhost:6379', false],
  ['localhost:6379', false],
  ['redis:', false],
  [' , ', false],
  ['', false],
])('%j is an address of Redis, or several of one kind: %s', (text, expected) => {
  expect(isRedisAddress(text)).toBe(expected);
});

test('what is shown of an address has no name and no password', () => {
  expect(shownAddress('redis://me:secret@a/1, redis://:other@[::1]:7000')).toBe('redis://a:6379, redis://[::1]:7000');
});
