import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts';
import { checkMirroredHeaders, mirroredHeadersOf } from './mirrored-headers.ts';

/** The table of examples in the specification. */
test.each([
  ['us-west1', 'us-west1'],
  ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
  [' padded ', '=?base64?IHBhZGRlZCA=?='],
  ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
  ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
  ['', '=?base64??='],
])('%j is written as %s', (value, header) => {
  expect(encodeHeaderValue(value)).toBe(header);
  expect(decodeHeaderValue(header)).toBe(value);
});

test('what is written is read back, and is plain visible ASCII', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof(fc.constantFrom(...'=?base64 \t\n+/'), fc.constantFrom('é', '世', '😀', '\u0000', '\u007f')) }),
      (value) => {
        const header = encodeHeaderValue(value);
        expect(header).toMatch(/^[\t\x20-\x7e]*$/);
        expect(header).toBe(header.trim());
        expect(decodeHeaderValue(header)).toBe(value);
        expect(Buffer.from(value, 'utf8').toString('base64')).toBe(
          header === value ? Buffer.from(header).toString('base64') : header.slice('=?base64?'.length, -2),
        );
      },
    ),
    { numRuns: 3000 },
  );
});

test.each([
  '=?base64?SGVsbG8?=',
  '=?base64?SGVs!!!bG8=?=',
  '=?base64?/w==?=',
  '=?base64?7aCA?=',
  '=?base64?SGVsbG9=?=',
  'a\u0001b',
  'caf\u00e9',
])('%j is not a value', (header) => {
  expect(decodeHeaderValue(header)).toBe(null);
});

test.each(['SGVsbG8=', '=?base64?SGVsbG8=', '=?BASE64?SGVsbG8=?=', 'SGVsbG8=?='])(
  '%j is taken literally, since a marker is missing',
  (header) => {
    expect(decodeHeaderValue(header)).toBe(header);
  },
);

test('the headers of a request that the gateway sends agree with its body', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('tools/call', 'prompts/get', 'resources/read'),
      fc.string({ unit: 'grapheme', minLength: 1 }),
      (method, name) => {
        const params = method === 'resources/read' ? { uri: name } : { name };
        const headers = new Map(Object.entries(mirroredHeadersOf('2026-07-28', method, name)));
        expect(checkMirroredHeaders(headers, method, params)).toBe(null);
        expect(checkMirroredHeaders(headers, method, { ...params, name: `${name}x`, uri: `${name}x` })).not.toBe(null);
      },
    ),
  );
  expect(mirroredHeadersOf('2026-07-28', 'tools/list', 'x')).not.toHaveProperty('mcp-name');
});
