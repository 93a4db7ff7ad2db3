import { expect, test } from 'vitest';
import { compilePolicy } from './compile.ts';
import { decide } from './decide.ts';
import { explainRule } from './explain.ts';
import { readPolicy } from './read.ts';
import { writePolicy } from './write.ts';

const read = (document: object) => {
  const result = readPolicy(JSON.stringify(document));
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.document;
};
const call = (args: object) => ({
  tool: { name: 'pay', category: 'Financial', risk: 'Critical', annotations: {}, state: 'active' as const },
  args,
  grant: { label: 'agent', tags: [] },
  client: { name: null },
  paused: null,
});
const large = { path: 'args.amount', op: 'gt', value: 100 };

test('one approval has to be what the strictest entry that holds asks for', () => {
  const document = read({
    version: '1',
    default: 'deny',
    all_tools: { approve_if: [{ conditions: [], timeout: '1h' }] },
    tools: { pay: { approve_if: [{ conditions: [large], approvals: 2, timeout: '5m', exclude_requester: true }] } },
  });
  const policy = compilePolicy(document);
  expect(decide(policy, call({ amount: 1 }))).toMatchObject({
    rule: '/all_tools/approve_if/0',
    approval: { approvals: 1, timeoutMs: 3_600_000 },
  });
  expect(decide(policy, call({ amount: 1 })).approval).not.toHaveProperty('excludeRequester');
  const strict = { approvals: 2, timeoutMs: 300_000, excludeRequester: true };
  expect(decide(policy, call({ amount: 101 }))).toMatchObject({ effect: 'pending', rule: '/all_tools/approve_if/0', approval: strict });
  // What cannot be judged does not help the caller.
  expect(decide(policy, call({}))).toMatchObject({ approval: strict });
});

test('that whoever made the grant may not approve is said, written and read again', () => {
  const document = read({
    version: '1',
    default: 'deny',
    tools: { pay: { approve_if: [{ conditions: [large], exclude_requester: true }] } },
  });
  expect(explainRule('pay', document.tools.get('pay')!)).toContain('after the approval of a person other than whoever made the grant');
  const again = readPolicy(writePolicy(document));
  expect(again.ok && again.document.tools.get('pay')?.approveIf[0]).toMatchObject({ excludeRequester: true });
  expect(
    readPolicy('{"version":"1","default":"deny","tools":{"pay":{"approve_if":[{"conditions":[],"exclude_requester":"yes"}]}}}').ok,
  ).toBe(false);
});
