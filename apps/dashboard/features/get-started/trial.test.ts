import { expect, test } from 'vitest';
import { pictureIn } from './trial';

test('a picture is taken from the answer, and only of a kind that cannot run anything', () => {
  const answer = (mimeType: string, data: string) => [{ type: 'text' }, { type: 'image', data, mimeType }];
  expect(pictureIn(answer('image/png', 'iVBORw0KGgo='))).toBe('data:image/png;base64,iVBORw0KGgo=');
  expect(pictureIn(answer('image/svg+xml', 'PHN2Zz4='))).toBeNull();
  expect(pictureIn(answer('image/png', '"><script>'))).toBeNull();
  expect(pictureIn([{ type: 'text' }])).toBeNull();
});
