import { expect, test } from 'vitest';
import { allowedFilter, isSubscribed, readSubscriptionFilter } from './subscription-filter.ts';

const all = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true, resourceSubscriptions: ['f:x'] };

test('a filter is read kind by kind', () => {
  expect(readSubscriptionFilter({ notifications: { ...all, later: true } })).toEqual(all);
  expect(readSubscriptionFilter({ notifications: {} })).toEqual({});
});

test.each([
  {},
  { notifications: [] },
  { notifications: { toolsListChanged: 'yes' } },
  { notifications: { resourceSubscriptions: 'f:x' } },
  { notifications: { resourceSubscriptions: [7] } },
  { notifications: { resourceSubscriptions: Array.from({ length: 1_001 }, () => 'f:x') } },
])('%j is none', (params) => {
  expect(readSubscriptionFilter(params)).toBe(null);
});

test('kinds whose methods the policy denies are taken out; changes of the tools are always told', () => {
  expect(allowedFilter(all, () => true)).toEqual({ filter: all, narrowed: false });
  expect(allowedFilter(all, () => false)).toEqual({ filter: { toolsListChanged: true }, narrowed: true });
  expect(allowedFilter(all, (method) => method === 'resources/list')).toEqual({
    filter: { toolsListChanged: true, resourcesListChanged: true },
    narrowed: true,
  });
});

test('only what was asked for is delivered', () => {
  expect(isSubscribed(all, 'notifications/tools/list_changed', {})).toBe(true);
  expect(isSubscribed({}, 'notifications/tools/list_changed', {})).toBe(false);
  expect(isSubscribed({ toolsListChanged: false }, 'notifications/tools/list_changed', {})).toBe(false);
  expect(isSubscribed(all, 'notifications/resources/updated', { uri: 'f:x' })).toBe(true);
  expect(isSubscribed({ toolsListChanged: true }, 'notifications/resources/updated', { uri: 'f:x' })).toBe(false);
  expect(isSubscribed(all, 'notifications/message', {})).toBe(false);
});
