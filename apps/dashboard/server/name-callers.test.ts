import { expect, test } from 'vitest';
import { believedAddress } from './name-callers';

test('without trusted proxies, what a client writes into x-forwarded-for is not believed', () => {
  expect(believedAddress('1.2.3.4', '127.0.0.1', 0)).toBe('127.0.0.1');
});

test('with one trusted proxy, the entry that the proxy added is believed, and nothing before it', () => {
  expect(believedAddress('6.6.6.6, 203.0.113.9', '10.0.0.1', 1)).toBe('203.0.113.9');
});

test('a request without any address is still counted', () => {
  expect(believedAddress(undefined, undefined, 2)).toBe('unknown');
});
