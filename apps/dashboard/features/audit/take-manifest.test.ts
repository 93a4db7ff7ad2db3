import { expect, test } from 'vitest';
import { MANIFEST_MARK } from './export-manifest.ts';
import { takeManifest } from './take-manifest.ts';

const manifest = { format: 'toolgate audit export 1', content: { count: 2 } };
const LINE = JSON.stringify(manifest);
/** The text in pieces of so many bytes, as a network might bring it. */
const pieces = (text: string, size: number): Uint8Array[] => {
  const bytes = new TextEncoder().encode(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
};
const textOf = (parts: Uint8Array[]) => parts.map((part) => new TextDecoder().decode(part)).join('');

test.each([1, 3, 7, 50, 5000])('is found at the end however the stream was cut (pieces of %i bytes)', (size) => {
  for (const file of [`seq,message\r\n1,a${MANIFEST_MARK}b\r\n`, '{"seq":1}\n{"seq":2}\n', '']) {
    const parts = pieces(file + MANIFEST_MARK + LINE, size);
    expect(takeManifest(parts)).toEqual(manifest);
    expect(textOf(parts)).toBe(file);
  }
});

test.each(['seq,message\r\n1,a\r\n', `seq\r\n1,a${MANIFEST_MARK}b\r\n`, `seq\r\n1\r\n${MANIFEST_MARK}{"manif`, '{"seq":1}\n', ''])(
  'an export that broke off is not taken for a whole one (%j)',
  (text) => {
    expect(() => takeManifest(pieces(text, 1000))).toThrow('broke off');
  },
);
