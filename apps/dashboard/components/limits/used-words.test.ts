import { expect, test } from 'vitest';
import { limitId, mostUsed, usedWords } from './used-words.ts';

const owner = (name: string, used: number, nextFreeInMs: number | null = null) => ({
  id: name,
  name,
  usedMicros: used * 1e6,
  nextFreeInMs,
});
const rate = { maxMicros: 30e6, windowMs: 60_000 };

test('a limit in use is told with who uses it and when the next is free, and the wait runs down by itself', () => {
  expect(usedWords(owner('cursor-laptop', 12, 20_000), rate)).toBe('12 of 30 used by cursor-laptop, next free in 20 s');
  expect(usedWords(owner('cursor-laptop', 12, 20_000), rate, 7_400)).toBe('12 of 30 used by cursor-laptop, next free in 13 s');
  expect(usedWords(owner('', 0), rate)).toBe('0 of 30 used');
  expect(usedWords(owner('ci', 7.25, 7_200_000), { maxMicros: 500e6, windowMs: 86_400_000 })).toBe(
    '7.25 of 500 used by ci, next free in 2 h',
  );
});

test('calls at once are told as calls that run', () => {
  expect(usedWords(owner('cursor-laptop', 2), { maxMicros: 4e6, windowMs: null })).toBe('2 of 4 calls running for cursor-laptop');
  expect(usedWords(owner('', 1), { maxMicros: 1e6, windowMs: null })).toBe('1 of 1 call running');
});

test('who has used most stands for all, the others are counted', () => {
  expect(mostUsed([owner('a', 9), owner('b', 3), owner('c', 0)])).toMatchObject({ first: { name: 'a' }, others: 1 });
  expect(mostUsed([])).toBeNull();
});

test('a draft that changes the window or the counter asks of another counter, one that changes the maximum does not', () => {
  const limit = { scope: 'grant' as const, name: 'c', windowMs: 60_000 };
  expect(new Set([limit, { ...limit, windowMs: 90_000 }, { ...limit, name: 'd' }, { ...limit, windowMs: null }].map(limitId)).size).toBe(4);
});
