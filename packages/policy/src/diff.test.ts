import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWritten, call, source, type Written } from '../testdata/arbitrary.ts';
import { compilePolicy } from './compile.ts';
import { decide } from './decide.ts';
import { diffPolicies } from './diff.ts';
import type { PolicyDocument } from './document.ts';
import { readPolicy } from './read.ts';

function read(text: string): PolicyDocument {
  const result = readPolicy(text);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.document;
}
const policy = (rest: object) => read(JSON.stringify({ version: '1', default: 'deny', ...rest }));
const limited = (max: number, window: string | number = 'minute') => ({ limits: [{ counter: 'c', window, max }] });
const spent = { counter: 'spent', window: 'minute', max: 5, by: 'args.n' };
const scoped = (scope: string) => ({ limits: [{ ...limited(3).limits[0], scope }] });
const summary = (before: object, after: object) => diffPolicies(policy(before), policy(after)).summary;

const PARTS: (keyof Written)[] = ['default', 'mode', 'hide', 'all_tools', 'tools', 'methods'];

describe('diffPolicies', () => {
  it.each([
    ['a new tool', { tools: {} }, { tools: { a: {} } }, 'widens access: +1 tool allowed'],
    ['a tool that is gone', { tools: { a: {}, b: {} } }, { tools: { a: {} } }, 'narrows access: −1 tool allowed'],
    [
      'a tool in place of another',
      { tools: { a: {} } },
      { tools: { b: {} } },
      'widens access: +1 tool allowed; narrows access: −1 tool allowed',
    ],
    ['a denied tool that is named', { tools: {} }, { tools: { a: { action: 'deny' } } }, 'no change of access'],
    ['a denied tool that is hidden', { tools: { a: { action: 'deny' } } }, { hide: ['a'], tools: {} }, 'no change of access'],
    ['another order of tools', { tools: { a: {}, b: {} } }, { tools: { b: {}, a: {} } }, 'no change of access'],
    ['a glob in place of a name', { tools: { ab: {} } }, { tools: { 'a*': {} } }, 'widens access: +1 pattern of tools allowed'],
    ['a name in place of a glob', { tools: { 'a*': {} } }, { tools: { ab: {} } }, 'narrows access: −1 pattern of tools allowed'],
    ['a glob that another covers', { tools: { 'a*': {} } }, { tools: { 'a*': {}, 'ab*': {} } }, 'no change of access'],
    ['the default', { tools: {} }, { default: 'allow' }, 'widens access: +every other tool allowed, +11 methods allowed'],
    ['a star in place of the default', { tools: { '*': {} } }, { tools: { '*': {} }, default: 'deny' }, 'no change of access'],
    ['a limit that is raised', { tools: { a: limited(3) } }, { tools: { a: limited(4) } }, 'widens access: 1 limit raised'],
    ['a limit that is lowered', { tools: { a: limited(3) } }, { tools: { a: limited(2) } }, 'narrows access: 1 limit lowered'],
    ['a limit that is removed', { tools: { a: limited(3) } }, { tools: { a: {} } }, 'widens access: 1 limit removed'],
    ['a limit that is added', { tools: { a: {} } }, { tools: { a: limited(3) } }, 'narrows access: 1 limit added'],
    [
      'twice the limit in twice the time',
      { tools: { a: limited(2, 120) } },
      { tools: { a: limited(1, 60) } },
      'narrows access: 1 limit lowered',
    ],
    [
      'a limit of all tools that holds anyway',
      { all_tools: limited(2), tools: { a: { limits: [{ counter: 'd', window: 'minute', max: 5 }] } } },
      { all_tools: limited(2), tools: { a: { limits: [{ counter: 'd', window: 'minute', max: 9 }] } } },
      'no change of access',
    ],
    [
      'a rule in shadow',
      { tools: { a: { action: 'deny' } } },
      { tools: { a: { action: 'deny', mode: 'shadow' } } },
      'widens access: +1 tool allowed',
    ],
    [
      'a requirement that is gone',
      { tools: { a: { require: [{ path: 'args.n', op: 'lte', value: 5 }] } } },
      { tools: { a: {} } },
      'widens access: rules of 1 tool changed',
    ],
    [
      'a bound that is raised',
      { tools: { a: { require: [{ path: 'args.n', op: 'lte', value: 5 }] } } },
      { tools: { a: { require: [{ path: 'args.n', op: 'lte', value: 6 }] } } },
      'widens access: rules of 1 tool changed; may narrow access: rules of 1 tool changed',
    ],
    [
      'a pattern that cannot be compared',
      { tools: { a: { require: [{ path: 'args.n', op: 'regex', value: '^[a-c]{3}$' }] } } },
      { tools: { a: { require: [{ path: 'args.n', op: 'regex', value: '^[a-d]{3}$' }] } } },
      'may widen access: rules of 1 tool changed; may narrow access: rules of 1 tool changed',
    ],
    ['a wider scope', { tools: { a: scoped('grant') } }, { tools: { a: scoped('organization') } }, 'narrows access: 1 limit added'],
    [
      'another scope, for a grant reaches several servers',
      { tools: { a: scoped('grant') } },
      { tools: { a: scoped('server') } },
      'widens access: 1 limit removed; narrows access: 1 limit added',
    ],
    ['a narrower scope', { tools: { a: scoped('organization') } }, { tools: { a: scoped('server') } }, 'widens access: 1 limit removed'],
    [
      'a limit that passes without a ledger',
      { tools: { a: limited(3) } },
      { tools: { a: { limits: [{ ...limited(3).limits[0], on_unavailable: 'allow' }] } } },
      'widens access: 1 limit changed',
    ],
    [
      'two tools that no longer share a counter',
      { tools: { a: limited(3), b: limited(3) } },
      { tools: { a: limited(3), b: { limits: [{ counter: 'd', window: 'minute', max: 3 }] } } },
      'widens access: 1 limit removed, rules of 1 tool changed',
    ],
    [
      'a value that is no longer added up',
      { tools: { a: { limits: [{ counter: 'c', window: 'minute', max: 3, by: 'args.n' }] } } },
      { tools: { a: limited(3) } },
      'widens access: 1 limit removed; narrows access: 1 limit added',
    ],
    [
      'a value that is no longer added up, and that a condition and another limit keep small',
      { tools: { a: { require: [{ path: 'args.n', op: 'eq', value: 1 }], limits: [limited(3).limits[0], spent] } } },
      { tools: { a: { require: [{ path: 'args.n', op: 'eq', value: 1 }], limits: [limited(3).limits[0]] } } },
      'may widen access: 1 limit removed',
    ],
    [
      'a value of at most 100 a call that is no longer added up',
      { tools: { a: { deny_if: [{ path: 'args.n', op: 'gt', value: 100 }], limits: [{ ...spent, max: 1000 }] } } },
      { tools: { a: { deny_if: [{ path: 'args.n', op: 'gt', value: 100 }] } } },
      'widens access: 1 limit removed',
    ],
    [
      'a value of at most 100 a call of which more is let through',
      { tools: { a: { deny_if: [{ path: 'args.n', op: 'gt', value: 100 }], limits: [{ ...spent, max: 1000 }, limited(90).limits[0]] } } },
      { tools: { a: { deny_if: [{ path: 'args.n', op: 'gt', value: 100 }], limits: [{ ...spent, max: 2000 }, limited(90).limits[0]] } } },
      'widens access: 1 limit raised',
    ],
    [
      'an approval that is no longer asked for',
      { tools: { a: { approve_if: [{ path: 'args.n', op: 'gt', value: 5 }] } } },
      { tools: { a: {} } },
      'widens access: rules of 1 tool changed',
    ],
    [
      'an approval that whoever made the grant may give',
      { tools: { a: { approve_if: [{ conditions: [], exclude_requester: true }] } } },
      { tools: { a: { approve_if: [{ conditions: [] }] } } },
      'may widen access: rules of 1 tool changed',
    ],
    [
      'names that begin and end alike',
      { tools: { 'a*': {}, '*b': {} } },
      { hide: ['a*b'], tools: { 'a*': {}, '*b': {} } },
      'narrows access: −1 pattern of tools allowed',
    ],
    ['a method', { tools: {} }, { methods: { 'prompts/*': 'allow' } }, 'widens access: +2 methods allowed'],
  ])('says what it means: %s', (_, before, after, said) => {
    expect(summary(before, after)).toBe(said);
  });

  it('takes no policy for one that denies everything', () => {
    expect(diffPolicies(null, policy({ tools: { a: {} } })).summary).toBe('widens access: +1 tool allowed');
    expect(diffPolicies(null, policy({})).summary).toBe('no change of access');
  });

  it('says what changes for each tool and each limit in words', () => {
    const diff = diffPolicies(policy({ tools: { a: limited(3) } }), policy({ tools: { a: limited(4), b: {} } }));
    expect(diff.tools.map(({ tool, before, after, widens, narrows }) => [tool, before, after, widens, narrows])).toEqual([
      ['a', 'a is allowed, at most 3 calls per minute per grant.', 'a is allowed, at most 4 calls per minute per grant.', 'yes', 'no'],
      ['b', 'b is denied by default.', 'b is allowed.', 'yes', 'no'],
    ]);
    const words = { before: 'at most 3 calls per minute per grant', after: 'at most 4 calls per minute per grant' };
    expect(diff.limits).toEqual([{ tool: 'a', counter: 'c', change: 'raised', ...words }]);
  });

  it('says of known tools what a glob does to them', () => {
    const tool = { name: 'delete_all', category: 'Destructive', risk: 'High', annotations: {}, state: 'active' as const };
    const diff = diffPolicies(policy({ tools: {} }), policy({ tools: { 'delete_*': {} } }), [tool]);
    expect(diff.tools.map((change) => change.tool)).toEqual(['delete_all', 'delete_*']);
  });

  it('never misses a call that is newly allowed, and shows one where it says so', () => {
    const all = fc.array(call, { minLength: 20, maxLength: 20 });
    let certain = 0;
    let hedged = 0;
    fc.assert(
      fc.property(anyWritten, anyWritten, fc.subarray(PARTS), all, (first, other, taken, calls) => {
        // Most documents are published with one part changed.
        const second = { ...first, ...Object.fromEntries(taken.map((key) => [key, (other as Written)[key]])) };
        const [before, after] = [first, second].map((each) => read(source(each as Written))) as [PolicyDocument, PolicyDocument];
        const diff = diffPolicies(before, after);
        const [old, now] = [compilePolicy(before), compilePolicy(after)];
        const gains = (a: typeof old, b: typeof old) =>
          calls.some((made) => decide(a, made).effect !== 'allow' && decide(b, made).effect === 'allow');
        if (gains(old, now)) expect(diff.widens || diff.mayWiden).toBe(true);
        if (gains(now, old)) expect(diff.narrows || diff.mayNarrow).toBe(true);
        for (const { example } of diff.tools) {
          if (example === null) continue;
          expect([decide(old, example).effect === 'allow', decide(now, example).effect]).toEqual([false, 'allow']);
        }
        if (diff.widens) certain += 1;
        if (diff.mayWiden) hedged += 1;
        if (diff.mayWiden) expect(JSON.stringify([first, second])).toMatch(/"(require|deny_if|approve_if|incrementFrom)":\[?[[{"]/);
        expect(diffPolicies(after, after).summary).toBe('no change of access');
      }),
      { numRuns: 1_500 },
    );
    // Hedging is for what cannot be known, not for what was not looked at.
    expect(hedged).toBeLessThan(certain / 4);
  }, 300_000);
});
