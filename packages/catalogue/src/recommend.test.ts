import { expect, test } from 'vitest';
import { recommendPolicy, recommendRule } from './recommend.ts';

test('each category gets its rule', () => {
  expect(recommendRule({ name: 'get_x', category: 'Read' })).toEqual({});
  const limits = [{ counter: 'image_to_image_rate', window: 'minute', max: 30, scope: 'grant' }];
  expect(recommendRule({ name: 'image_to_image', category: 'Write' })).toEqual({ limits });
  expect(recommendRule({ name: 'image_to_image', category: 'Execute' })).toEqual({ limits });
  expect(recommendRule({ name: 'delete_x', category: 'Destructive' })).toEqual({ action: 'hide' });
  expect(recommendRule({ name: 'pay', category: 'Financial' })).toMatchObject({ action: 'deny' });
});

test('a policy denies by default, and a name with a star never becomes a glob that allows others', () => {
  const policy = recommendPolicy([
    { name: 'get_x', category: 'Read' },
    { name: '*', category: 'Read' },
    { name: '__proto__', category: 'Read' },
  ]);
  expect(JSON.stringify(policy)).toBe('{"version":"1","default":"deny","tools":{"get_x":{},"__proto__":{}}}');
});

test('counters have a spelling that the policy language takes, and two tools never share one', () => {
  const names = ['a b', 'a/b', '写', 'x'.repeat(300), `${'x'.repeat(300)}y`];
  const counters = names.map((name) => recommendRule({ name, category: 'Write' }).limits![0]!.counter);
  for (const counter of counters) expect(counter).toMatch(/^[A-Za-z0-9_.:-]{1,128}$/);
  expect(new Set(counters).size).toBe(names.length);
});
