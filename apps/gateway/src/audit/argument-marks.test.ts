import { createHmac, createSecretKey } from 'node:crypto';
import { argumentMarkText, typedValues } from '@toolgate/audit/argument-mark';
import { expect, test } from 'vitest';
import { argumentMarks } from './argument-digest.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const markOf = (name: string, value: unknown) =>
  createHmac('sha256', key)
    .update(argumentMarkText(name, value) ?? '')
    .digest('hex')
    .slice(0, 32);

test('each plain value has a mark that depends on its name, its type and the key; what holds others has none', () => {
  const marks = argumentMarks({ size: '4K', seed: 4, dry: true, files: ['a'], meta: {} }, key);
  expect(marks).toEqual({ size: markOf('size', '4K'), seed: markOf('seed', 4), dry: markOf('dry', true) });
  expect(new Set([markOf('a', '4'), markOf('a', 4), markOf('b', '4')]).size).toBe(3);
  expect(argumentMarks({ size: '4K' }, null)).toBeUndefined();
});

test('what looks like a secret has no mark, so that nobody who may search can guess it', () => {
  expect(argumentMarks({ password: 'hunter2', note: 'Bearer abcdefghijklmnop' }, key)).toEqual({});
});

test('what is typed means the text, and the number or truth value that it spells', () => {
  expect(typedValues('4')).toEqual(['4', 4]);
  expect(typedValues('true')).toEqual(['true', true]);
  expect(typedValues('04')).toEqual(['04']);
  expect(typedValues('4K')).toEqual(['4K']);
});
