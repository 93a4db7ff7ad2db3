import { expect, test } from 'vitest';
import { recordedArguments } from './recorded-arguments.ts';

const schema = {
  type: 'object',
  required: ['prompt'],
  properties: { prompt: { type: 'string' }, count: { type: 'integer', minimum: 2 }, size: { enum: ['1K', '2K'] } },
};
const of = (names: string[] | null) => JSON.parse(recordedArguments(schema, names)) as Record<string, unknown>;

test('the names that were recorded get values that fit the schema, and no other name is made up', () => {
  expect(of(['count', 'size'])).toEqual({ count: 2, size: '1K' });
  expect(of([])).toEqual({});
});

test('a name that the schema does not know is kept, also one that means something to JavaScript', () => {
  expect(Object.keys(of(['added_later', '__proto__', 'constructor']))).toEqual(['added_later', '__proto__', 'constructor']);
});

test('where no names were recorded, what the schema requires is shown', () => {
  expect(Object.keys(of(null))).toEqual(['prompt']);
});
