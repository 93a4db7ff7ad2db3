import { expect, test } from 'vitest';
import { checkPolicy } from './check-policy.ts';
import { decideCall } from './decide-call.ts';

test('a check shows the normal form, what was converted and what is doubtful, with places', () => {
  const source = '{"version":"1","default":"allow",\n "tools":{"__proto__":{"rate_limit":"5/hour"},\n  "b":{"mode":"enforce"}}}';
  const limit = { counter: '__proto___rate', window: 'hour', max: 5, scope: 'grant' };
  expect(checkPolicy(source)).toMatchObject({
    valid: true,
    conversions: [{ pointer: '/tools/__proto__/rate_limit', message: `Read as the limit ${JSON.stringify(limit)}`, line: 2 }],
    errors: [],
    warnings: [{ code: 'default_allow', pointer: '/default', line: 1, column: 26 }],
  });
  expect(JSON.stringify(checkPolicy(source).document)).toBe(
    `{"version":"1","default":"allow","tools":{"__proto__":{"limits":[${JSON.stringify(limit)}]},"b":{}}}`,
  );
});

test('a check shows every error with its place', () => {
  const { valid, document, errors } = checkPolicy('{"version":"1",\n "defualt":"deny",\n "hide":5}');
  expect({ valid, document }).toEqual({ valid: false, document: null });
  expect(errors.map(({ pointer, line }) => [pointer, line])).toEqual([
    ['/default', 1],
    ['/defualt', 2],
    ['/hide', 3],
  ]);
});

test('a decided call may carry an approval', () => {
  const policy = '{"version":"1","default":"deny","tools":{"a":{"approve_if":[{"conditions":[]}]}}}';
  expect(decideCall(policy, '{"tool":"a"}')).toMatchObject({ effect: 'pending', code: 'approval_required' });
  expect(decideCall(policy, '{"tool":"a","approved":true}').trace).toContainEqual({ step: 'approve_if', result: 'approved' });
});
