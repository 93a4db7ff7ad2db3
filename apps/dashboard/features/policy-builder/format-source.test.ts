import { expect, test } from 'vitest';
import { formatSource } from './format-source.ts';

const line = '{"version":"1","default":"deny","tools":{"run":{"limits":[{"counter":"c","window":"minute","max":30}]}}}';

test('a document on one line is laid out and says the same', () => {
  const laidOut = formatSource(line);
  expect(laidOut.split('\n').length).toBeGreaterThan(10);
  expect(JSON.parse(laidOut)).toEqual(JSON.parse(line));
});

test('what is laid out already stays as it is', () => {
  expect(formatSource(formatSource(line))).toBe(formatSource(line));
});
