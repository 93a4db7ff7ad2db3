import { expect, test } from 'vitest';
import { storableJson } from './storable.ts';

test('NUL and halves of surrogate pairs are replaced everywhere, whole pairs and everything else stay', () => {
  const value = { 'k\0': ['a\0', { deep: '\ud800x\udc00' }], pair: '😀', escaped: '\\u0000', number: 1, nothing: null };
  expect(JSON.parse(storableJson(value))).toEqual({
    'k\ufffd': ['a\ufffd', { deep: '\ufffdx\ufffd' }],
    pair: '😀',
    escaped: '\\u0000',
    number: 1,
    nothing: null,
  });
});
