import { expect, test } from 'vitest';
import { exampleArguments } from './example-arguments.ts';

test('required arguments get a value of their type', () => {
  const properties = {
    prompt: { type: 'string' },
    image: { type: 'string' },
    url: { type: 'string', format: 'uri' },
    size: { enum: ['1K', '2K'] },
    count: { type: 'integer', minimum: 2 },
    fast: { type: 'boolean', default: true },
    images: { type: 'array' },
    optional: { type: 'string' },
  };
  const required = Object.keys(properties).filter((name) => name !== 'optional');
  expect(exampleArguments({ type: 'object', properties, required })).toEqual({
    prompt: 'a lighthouse at dusk',
    image: 'https://example.com/picture.png',
    url: 'https://example.com/',
    size: '1K',
    count: 2,
    fast: true,
    images: [],
  });
});

test.each([null, 'x', [], { required: ['a'] }, { required: 'a', properties: 1 }])(
  'a schema that is none (%j) gives no arguments',
  (schema) => {
    expect(exampleArguments(schema)).toEqual({});
  },
);
