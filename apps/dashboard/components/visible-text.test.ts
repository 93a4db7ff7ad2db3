import { expect, test } from 'vitest';
import { splitInvisible } from './visible-text';

test('a bidirectional override in a tool description is shown by its code point', () => {
  expect(splitInvisible('safe\u202Eevil')).toEqual([
    { text: 'safe', hidden: false },
    { text: 'U+202E', hidden: true },
    { text: 'evil', hidden: false },
  ]);
});

test('line breaks and letters of any script stay as they are', () => {
  expect(splitInvisible('Größe\n图像')).toEqual([{ text: 'Größe\n图像', hidden: false }]);
});
