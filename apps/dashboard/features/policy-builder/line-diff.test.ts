import { describe, expect, test } from 'vitest';
import { foldDiff, lineDiff } from './line-diff.ts';

const short = (before: string, after: string) =>
  lineDiff(before, after).map((line) => `${{ same: ' ', added: '+', removed: '-' }[line.kind]}${line.text}`);

describe('lineDiff', () => {
  test('equal texts have no change', () => {
    expect(short('a\nb', 'a\nb')).toEqual([' a', ' b']);
  });

  test('a changed line is removed and added at its place', () => {
    expect(short('{\n  "max": 30\n}', '{\n  "max": 60\n}')).toEqual([' {', '-  "max": 30', '+  "max": 60', ' }']);
  });

  test('lines that moved apart keep the longest common part', () => {
    expect(short('a\nb\nc\nd', 'a\nx\nc\nd\ny')).toEqual([' a', '-b', '+x', ' c', ' d', '+y']);
  });

  test('either text can be rebuilt from the comparison, whatever differs', () => {
    let seed = 7;
    const random = (n: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % n;
    };
    for (let round = 0; round < 200; round++) {
      const text = () => Array.from({ length: random(12) + 1 }, () => 'abcd'[random(4)]).join('\n');
      const [before, after] = [text(), text()];
      const lines = lineDiff(before, after);
      expect(
        lines
          .filter((line) => line.before !== null)
          .map((line) => line.text)
          .join('\n'),
      ).toBe(before);
      expect(
        lines
          .filter((line) => line.after !== null)
          .map((line) => line.text)
          .join('\n'),
      ).toBe(after);
      const numbers = lines.flatMap((line) => line.after ?? []);
      expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    }
  });

  test('two large texts are compared without the quadratic table: what lies between their common ends is one block', () => {
    const lines = (prefix: string) =>
      ['{', ...Array.from({ length: 5000 }, (_, at) => (at === 2500 ? 'same' : `${prefix}${at}`)), '}'].join('\n');
    const kinds = lineDiff(lines('a'), lines('b')).map(({ kind }) => kind);
    expect(kinds).toEqual(['same', ...Array(5000).fill('removed'), ...Array(5000).fill('added'), 'same']);
  });
});

test('foldDiff leaves out what is far from any change and says how much', () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}`).join('\n');
  const folded = foldDiff(lineDiff(before, before.replace('line 10', 'other')), 2);
  expect(folded.map((entry) => (typeof entry === 'number' ? entry : entry.text))).toEqual([
    8,
    'line 8',
    'line 9',
    'line 10',
    'other',
    'line 11',
    'line 12',
    7,
  ]);
});
