import { expect, test } from 'vitest';
import { parseAllowList } from './allow-list.ts';

test('reads hosts and ports in lower case', () => {
  expect(parseAllowList('127.0.0.1:3101, LOCALHOST:80,[::1]:9,')).toEqual(['127.0.0.1:3101', 'localhost:80', '[::1]:9']);
  expect(parseAllowList('')).toEqual([]);
});

test.each(['localhost', '*:80', 'http://localhost:80', 'localhost:0', 'localhost:99999', 'a b:80'])('refuses %s', (text) => {
  expect(() => parseAllowList(text)).toThrow('is not a host and a port');
});
