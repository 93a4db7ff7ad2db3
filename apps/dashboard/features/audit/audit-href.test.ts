import { expect, test } from 'vitest';
import { auditHref, openEvent } from './audit-href.ts';

test('a query survives the way through the URL as it was typed, with the open event beside it', () => {
  const text = 'decision:denied,limited tool:"a&b=c+d%" -"ä ö" oops:1';
  const params = new URL(auditHref('/acme/audit', text, 12), 'http://x').searchParams;
  expect(params.get('q')).toBe(text);
  expect(openEvent(params.get('event'))).toBe(12);
});

test('the address that a denial carries names its event by id', () => {
  expect(openEvent('01a202ea-f779-76ee-ad6f-705e801bad54')).toBe('01a202ea-f779-76ee-ad6f-705e801bad54');
});

test('a page without a query has a clean address, and one with a query a readable one', () => {
  expect(auditHref('/acme/audit', '')).toBe('/acme/audit');
  expect(auditHref('/acme/audit', 'decision:denied since:24h')).toBe('/acme/audit?q=decision:denied+since:24h');
});

test.each(['', '0', '-1', '1.5', 'abc', '9'.repeat(20)])('%j is no event', (value) => expect(openEvent(value)).toBeNull());
