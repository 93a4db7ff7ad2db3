import { expect, test } from 'vitest';
import { builderTool, documentOf } from './builder-testing.ts';
import { policyChanges } from './policy-changes.ts';

const tools = ['run', 'list', 'drop'].map((name) => builderTool(name));
const limit = (max: number) => ({ limits: [{ counter: 'c', window: 'minute', max }] });
const policy = (rules: object, others: object = {}) => documentOf({ version: '1', default: 'deny', tools: rules, ...others });

test('a changed limit is said in words, before and after', () => {
  const { changes, gained, lost } = policyChanges(policy({ run: limit(30) }), policy({ run: limit(60) }), tools);
  expect(changes).toEqual([
    {
      subject: 'run',
      pointer: '/tools/run',
      before: 'run is allowed, at most 30 calls per minute per grant.',
      after: 'run is allowed, at most 60 calls per minute per grant.',
    },
  ]);
  expect([gained, lost]).toEqual([[], []]);
});

test('access that widens or narrows is named tool by tool', () => {
  const result = policyChanges(policy({ run: {}, drop: {} }), policy({ run: {}, list: {}, drop: { action: 'deny' } }), tools);
  expect(result.gained).toEqual(['list']);
  expect(result.lost).toEqual(['drop']);
});

test('default allow widens access to every tool without a rule', () => {
  const result = policyChanges(policy({ run: {} }), policy({ run: {} }, { default: 'allow' }), tools);
  expect(result.changes).toEqual([{ subject: 'Tools without a rule', pointer: '/default', before: 'denied', after: 'allowed' }]);
  expect(result.gained).toEqual(['list', 'drop']);
});

test('what the words do not show is still reported', () => {
  const counted = (counter: string) => policy({ run: { limits: [{ counter, window: 'minute', max: 1 }] } });
  expect(policyChanges(counted('a'), counted('b'), tools).changes).toMatchObject([
    { subject: 'run', after: expect.stringContaining('details') },
  ]);
});

test('reformatting changes nothing', () => {
  expect(policyChanges(policy({ run: limit(1) }), policy({ run: limit(1) }), tools)).toEqual({ changes: [], gained: [], lost: [] });
});

test('without a readable version before, everything is new', () => {
  const { changes, gained } = policyChanges(null, policy({ run: {} }), tools);
  expect(changes.map(({ subject }) => subject)).toEqual(['Tools without a rule', 'Enforcement', 'run']);
  expect(gained).toEqual(['run']);
});
