/** Values of `Mcp-Name` and `Mcp-Param-*` (2026-07-28, Streamable HTTP, "Value Encoding"): plain ASCII, else base64 of their UTF-8 between markers. */
const PREFIX = '=?base64?';
const SUFFIX = '?=';
/** Visible ASCII, with spaces and tabs inside only: those at the ends do not survive HTTP. */
const PLAIN = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The value as it is written in a header. Throws on lone surrogates, which the strict reader has refused before. */
export function encodeHeaderValue(value: string): string {
  if (PLAIN.test(value) && !isMarked(value)) return value;
  return PREFIX + base64(utf8Bytes(value)) + SUFFIX;
}

/**
 * What a header stands for, without the white space around it; null when it holds characters that no header may, or base64 that is not
 * canonical, or bytes that are not UTF-8.
 */
export function decodeHeaderValue(header: string): string | null {
  const value = header.replace(/^[ \t]+|[ \t]+$/g, '');
  if (!isMarked(value)) return value === '' || PLAIN.test(value) ? value : null;
  const payload = value.slice(PREFIX.length, -SUFFIX.length);
  if (!BASE64.test(payload)) return null;
  const bytes = unbase64(payload);
  return base64(bytes) === payload ? utf8Text(bytes) : null;
}

function isMarked(value: string): boolean {
  return value.length >= PREFIX.length + SUFFIX.length && value.startsWith(PREFIX) && value.endsWith(SUFFIX);
}

/** The language's own URI functions are strict about UTF-8, and this package has no other. */
function utf8Bytes(text: string): number[] {
  const units = encodeURIComponent(text).match(/%..|./g) ?? [];
  return units.map((unit) => (unit.length === 3 ? Number.parseInt(unit.slice(1), 16) : unit.charCodeAt(0)));
}

function utf8Text(bytes: number[]): string | null {
  try {
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  } catch {
    return null;
  }
}

function base64(bytes: number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.slice(i, i + 3);
    const bits = (a << 16) | (b << 8) | c;
    for (const shift of [18, 12, 6, 0]) text += ALPHABET[(bits >> shift) & 63];
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - missing) + '='.repeat(missing);
}

function unbase64(text: string): number[] {
  const bytes: number[] = [];
  const digits = text.replace(/=+$/, '');
  for (let i = 0; i < digits.length; i += 4) {
    const group = digits.slice(i, i + 4);
    const bits = [...group.padEnd(4, 'A')].reduce((sum, digit) => (sum << 6) | ALPHABET.indexOf(digit), 0);
    bytes.push(...[bits >> 16, (bits >> 8) & 255, bits & 255].slice(0, group.length - 1));
  }
  return bytes;
}
