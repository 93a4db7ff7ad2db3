import { expect, test } from 'vitest';
import { returnPath } from './return-path';

test('a path of this site is kept with its query', () => {
  expect(returnPath('/acme/audit?decision=denied')).toBe('/acme/audit?decision=denied');
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '\\\\evil.example',
  'javascript:alert(1)',
  '/.//evil.example',
  '/x/..//evil.example',
  '',
])('another origin is refused: %j', (from) => {
  expect(returnPath(from)).toBe('/home');
});

test('signing in never leads back to signing in, nor to an endpoint', () => {
  expect(returnPath('/sign-in?from=/sign-in')).toBe('/home');
  expect(returnPath('/api/auth/signout')).toBe('/home');
});
