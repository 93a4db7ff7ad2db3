import { expect, test } from 'vitest';
import { argumentFields, readArguments, withArgument } from './argument-fields.ts';

test('fields are of the types of the schema, required ones first', () => {
  const fields = argumentFields({
    required: ['prompt'],
    properties: {
      size: { enum: ['1K', '2K'] },
      prompt: { type: 'string' },
      steps: { type: 'integer' },
      safe: { type: 'boolean' },
      loras: { type: 'array' },
    },
  });
  expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
    ['prompt', 'text', true],
    ['size', 'choice', false],
    ['steps', 'number', false],
    ['safe', 'boolean', false],
    ['loras', 'json', false],
  ]);
  expect(argumentFields(null)).toEqual([]);
});

test('an argument is set, kept in its place, and left out', () => {
  const args = { a: 1, b: 2 };
  expect(JSON.stringify(withArgument(args, 'a', 3))).toBe('{"a":3,"b":2}');
  expect(JSON.stringify(withArgument(args, 'c', null))).toBe('{"a":1,"b":2,"c":null}');
  expect(JSON.stringify(withArgument(args, 'b', undefined))).toBe('{"a":1}');
  expect(JSON.stringify(withArgument({}, '__proto__', 1))).toBe('{"__proto__":1}');
});

test('only an object is shown as a form', () => {
  expect(readArguments('{"a":1}')).toEqual({ a: 1 });
  expect([readArguments('[1]'), readArguments('{'), readArguments('null')]).toEqual([null, null, null]);
});
