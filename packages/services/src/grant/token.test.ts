import { expect, test } from 'vitest';
import { hashToken, newToken, parseToken, tokenPrefix } from './token.ts';

test('a new token is 52 characters, reads back as itself, and no two are alike', () => {
  const tokens = Array.from({ length: 200 }, newToken);
  for (const token of tokens) {
    expect(token).toMatch(/^tg_[0-9A-Za-z]{49}$/);
    expect(parseToken(token)).toBe(token);
    expect(tokenPrefix(token)).toBe(token.slice(0, 7));
  }
  expect(new Set(tokens).size).toBe(200);
});

test('a token has one spelling: anything else is none', () => {
  const token = newToken();
  for (const text of [
    `${token} `,
    ` ${token}`,
    `${token}\n`,
    token.slice(0, -1),
    `${token}0`,
    token.toUpperCase(),
    token.replace('tg_', ''),
    '',
    'tg_',
  ])
    expect(parseToken(text), JSON.stringify(text)).toBeNull();
});

test('a single wrong character is found by the checksum', () => {
  const token = newToken();
  for (let i = 3; i < token.length; i++) {
    const other = token[i] === 'a' ? 'b' : 'a';
    expect(parseToken(token.slice(0, i) + other + token.slice(i + 1))).toBeNull();
  }
});

test('the hash is 32 bytes and differs between tokens', () => {
  const [a, b] = [newToken(), newToken()];
  expect(hashToken(a)).toHaveLength(32);
  expect(hashToken(a).equals(hashToken(a))).toBe(true);
  expect(hashToken(a).equals(hashToken(b))).toBe(false);
});
