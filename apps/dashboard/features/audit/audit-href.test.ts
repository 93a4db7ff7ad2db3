import { parseAuditFilter } from '@toolgate/audit/filter';
import { expect, test } from 'vitest';
import { auditHref, filterSize, openEvent, PAGE_KEYS, toggled, withText } from './audit-href.ts';

test('a filter survives the way through the URL, with the open event beside it', () => {
  const filter = { decision: ['denied', 'limited'], tool: ['a&b=c'], since: '24h', text: 'ä ö' };
  const href = auditHref('/acme/audit', filter, 12);
  const params = new URL(href, 'http://x').searchParams;
  expect(parseAuditFilter(params, PAGE_KEYS)).toEqual({ filter, problems: [] });
  expect(openEvent(params.get('event'))).toBe(12);
});

test('the address that a denial carries names its event by id', () => {
  expect(openEvent('01a202ea-f779-76ee-ad6f-705e801bad54')).toBe('01a202ea-f779-76ee-ad6f-705e801bad54');
});

test('a page without a filter has a clean address', () => {
  expect(auditHref('/acme/audit', {})).toBe('/acme/audit');
});

test.each(['', '0', '-1', '1.5', 'abc', '9'.repeat(20)])('%j is no event', (value) => expect(openEvent(value)).toBeNull());

test('a value is switched on and off, and the last one takes its key with it', () => {
  const one = toggled({ since: '1h' }, 'decision', 'denied');
  expect(one).toEqual({ since: '1h', decision: ['denied'] });
  expect(toggled(one, 'decision', 'denied')).toEqual({ since: '1h' });
  expect(filterSize(one)).toBe(2);
});

test('an empty text is no filter', () => {
  expect(withText({ text: 'x', since: '1h' }, 'text', '')).toEqual({ since: '1h' });
  expect(withText({}, 'kind', 'call')).toEqual({ kind: 'call' });
});
