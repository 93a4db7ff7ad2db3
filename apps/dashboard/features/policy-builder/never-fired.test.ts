import { expect, test } from 'vitest';
import { documentOf } from './builder-testing.ts';
import { neverFired } from './never-fired.ts';

const value = {
  version: '1',
  default: 'deny',
  hide: ['drop_*', 'secret'],
  tools: { draw: {}, pay: { action: 'deny' }, 'get_*': {}, get_one: {}, refund: { deny_if: [{ path: 'args.a', op: 'gt', value: 1 }] } },
};
const document = documentOf(value);
const source = JSON.stringify(value);
const never = (given: { passed?: string[]; fired?: string[] }) => {
  const fired = (given.fired ?? []).map((rule) => ({ version: 3, rule }));
  const passed = (given.passed ?? []).map((tool) => ({ tool }));
  return [...neverFired(document, { passed, fired, sources: [{ version: 3, source }] })].sort();
};
const ALL = ['draw', 'drop_*', 'get_*', 'get_one', 'pay', 'refund', 'secret'];
const but = (...names: string[]) => ALL.filter((name) => !names.includes(name));

test('a rule has fired when a call passed by it, and only the rule that applied to the tool has', () => {
  expect(never({})).toEqual(ALL);
  expect(never({ passed: ['draw', 'get_one'] })).toEqual(but('draw', 'get_one'));
  expect(never({ passed: ['get_two'] })).toEqual(but('get_*'));
  expect(never({ passed: ['elsewhere'] })).toEqual(ALL);
});

test('a rule has fired when one of its lines refused a call, though none passed', () => {
  expect(never({ fired: ['/tools/pay/action', '/tools/refund/deny_if/0'] })).toEqual(but('pay', 'refund'));
  expect(never({ fired: ['/default', '/all_tools/limits/0'] })).toEqual(ALL);
});

test('a hidden name has fired when it refused a call, by its place in the version that decided', () => {
  expect(never({ fired: ['/hide/1'] })).toEqual(but('secret'));
});
