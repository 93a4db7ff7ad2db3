import { describe, expect, it } from 'vitest';
import { compileSource, PolicyTestCall, runPolicyTest } from './policy-test.ts';

const call = PolicyTestCall.parse({
  tool: { name: 'draw', category: 'Write', risk: 'Medium', annotations: {}, state: 'active' },
  args: '{"n":1}',
  grant: { label: 'ci', tags: ['ci'] },
  client: { name: null },
  paused: null,
  used: [{ key: 'grant:c', units: 30 }],
});
const capped = compileSource('{"version":"1","default":"deny","tools":{"draw":{"limits":[{"counter":"c","window":"minute","max":30}]}}}');

describe('a test of a policy', () => {
  it('passes when effect, code and line are those expected, at the state of the counters that it names', () => {
    const expected = { effect: 'limit', code: 'limit_reached', rule: '/tools/draw/limits/0' } as const;
    expect(runPolicyTest(capped, { call, expected })).toMatchObject({ passes: true });
    expect(runPolicyTest(capped, { call: { ...call, used: [] }, expected })).toMatchObject({ passes: false, got: { effect: 'allow' } });
    expect(runPolicyTest(capped, { call, expected: { ...expected, rule: '/tools/draw/limits/1' } })).toMatchObject({ passes: false });
    expect(runPolicyTest(capped, { call, expected: { effect: 'limit', code: 'limit_reached' } })).toMatchObject({ passes: true });
  });

  it('is denied by a document that cannot be read', () => {
    const run = runPolicyTest(compileSource('{'), { call, expected: { effect: 'allow', code: 'allowed' } });
    expect(run).toMatchObject({ passes: false, got: { effect: 'deny', code: 'policy_unreadable' } });
  });

  it('takes only arguments that are JSON, and nothing that it does not know', () => {
    expect(PolicyTestCall.safeParse({ ...call, args: '{' }).success).toBe(false);
    expect(PolicyTestCall.safeParse({ ...call, extra: 1 }).success).toBe(false);
  });
});
