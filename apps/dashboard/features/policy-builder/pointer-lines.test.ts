import { toPointer } from '@toolgate/policy/pointer';
import { expect, test } from 'vitest';
import { pointerLines } from './pointer-lines.ts';

const source = `{
  "version": "1",
  "tools": {
    "a/b": {},
    "image_to_image": {
      "limits": [
        { "max": 30 },
        { "max": 900 }
      ]
    }
  }
}`;

test('a limit is found at its own line', () => {
  expect(pointerLines(source, '/tools/image_to_image/limits/1')).toMatchObject({ firstLine: 8, lastLine: 8, exact: true });
});

test('a rule is marked from its name to its end', () => {
  const lines = pointerLines(source, '/tools/image_to_image');
  expect(lines).toMatchObject({ firstLine: 5, lastLine: 10, exact: true });
  expect(source.slice(lines!.offset).startsWith('"image_to_image"')).toBe(true);
});

test('escaped names are followed', () => {
  expect(pointerLines(source, toPointer(['tools', 'a/b']))).toMatchObject({ firstLine: 4, exact: true });
});

test('what is gone is shown at the nearest part around it, and said to be so', () => {
  expect(pointerLines(source, '/tools/image_to_image/limits/7')).toMatchObject({ firstLine: 6, lastLine: 9, exact: false });
  expect(pointerLines(source, '/tools/gone/limits/0')).toMatchObject({ firstLine: 3, exact: false });
});

test('the empty pointer is the whole document, and a text without JSON has no lines', () => {
  expect(pointerLines(source, '')).toMatchObject({ firstLine: 1, lastLine: 12, exact: true });
  expect(pointerLines('', '/tools')).toBeNull();
});
