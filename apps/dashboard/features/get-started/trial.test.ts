import { expect, test } from 'vitest';
import { pictureIn, sampleArguments } from './trial';

test('sample arguments hold every required argument, of its type, and no other', () => {
  const schema = {
    required: ['prompt', 'images', 'count', 'size'],
    properties: {
      prompt: { type: 'string' },
      images: { type: 'array' },
      count: { type: 'integer' },
      size: { type: 'string', enum: ['1K'] },
      seed: { type: 'integer' },
    },
  };
  expect(sampleArguments(schema)).toEqual({ prompt: 'a lighthouse at dusk', images: [], count: 1, size: '1K' });
  expect(sampleArguments(null)).toEqual({});
});

test('a picture is taken from the answer, and only of a kind that cannot run anything', () => {
  const answer = (mimeType: string, data: string) => [{ type: 'text' }, { type: 'image', data, mimeType }];
  expect(pictureIn(answer('image/png', 'iVBORw0KGgo='))).toBe('data:image/png;base64,iVBORw0KGgo=');
  expect(pictureIn(answer('image/svg+xml', 'PHN2Zz4='))).toBeNull();
  expect(pictureIn(answer('image/png', '"><script>'))).toBeNull();
  expect(pictureIn([{ type: 'text' }])).toBeNull();
});
