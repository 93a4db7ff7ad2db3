/** The token of a grant: `tg_`, 32 random bytes in base62 (43 characters), and their CRC-32 in base62 (6 characters). */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BYTES = 32;
/** 62^43 > 2^256: every value has exactly one spelling of this width. */
const VALUE_WIDTH = 43;
const CHECK_WIDTH = 6;
const SHAPE = new RegExp(`^tg_([0-9A-Za-z]{${VALUE_WIDTH}})([0-9A-Za-z]{${CHECK_WIDTH}})$`);

/** A new token; it is shown once, only its hash is kept. */
export function newToken(): string {
  const value = encode(BigInt(`0x${randomBytes(BYTES).toString('hex')}`), VALUE_WIDTH);
  return `tg_${value}${checksum(value)}`;
}

/** The token in its only spelling, or null when the text is not one (no database is asked for those). */
export function parseToken(text: string): string | null {
  const [, value, check] = SHAPE.exec(text) ?? [];
  if (!value || check !== checksum(value) || decode(value) >> 256n !== 0n) return null;
  return text;
}

/** SHA-256 of the token's text: what is stored and looked up. The token has 256 random bits, so no salt is needed. */
export function hashToken(token: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHash('sha256').update(token, 'utf8').digest());
}

/** `tg_` and four characters, for people to recognise it by. */
export function tokenPrefix(token: string): string {
  return token.slice(0, 7);
}

function checksum(value: string): string {
  return encode(BigInt(crc32(value)), CHECK_WIDTH);
}

function encode(value: bigint, width: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < width; i++) {
    text = ALPHABET[Number(rest % 62n)] + text;
    rest /= 62n;
  }
  return text;
}

function decode(text: string): bigint {
  let value = 0n;
  for (const character of text) value = value * 62n + BigInt(ALPHABET.indexOf(character));
  return value;
}
