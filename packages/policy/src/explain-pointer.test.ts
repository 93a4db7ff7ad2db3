import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWritten, call, source, type Written } from '../testdata/arbitrary.ts';
import { compilePolicy } from './compile.ts';
import { decide } from './decide.ts';
import { explainPointer } from './explain-pointer.ts';
import { readPolicy } from './read.ts';

function read(text: string) {
  const result = readPolicy(text);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.document;
}

const document = read(
  JSON.stringify({
    version: '1',
    default: 'deny',
    hide: ['delete_*'],
    methods: { 'prompts/*': 'allow' },
    all_tools: { limits: [{ concurrency: 4 }] },
    tools: {
      'a/b': { action: 'deny', reason: 'Not for agents.' },
      pay: {
        require: [{ path: 'args.to', op: 'exists' }],
        deny_if: [
          {
            conditions: [
              { path: 'args.n', op: 'gt', value: 5 },
              { path: 'args.now', op: 'eq', value: true },
            ],
          },
        ],
        approve_if: [{ conditions: [] }],
        limits: [{ counter: 'c', window: 'day', max: 3 }],
        rate_limit: '5/hour',
      },
      'get_*': {
        mode: 'shadow',
        require: [{ path: 'args.ids[*]', op: 'lt', value: 9 }],
        limits: [{ counter: 'd', window: 'day', max: 1, by: 'args.n' }],
      },
    },
  }),
);

describe('the line that decided, in words', () => {
  it.each([
    ['/default', 'Tools that no rule names are denied.'],
    ['/hide/0', 'delete_* are hidden and denied.'],
    ['/methods/prompts~1*', 'prompts/* are allowed.'],
    ['/all_tools/limits/0', 'Calls of all tools together are limited to 4 calls at once per grant.'],
    ['/tools/a~1b/action', 'a/b is denied: Not for agents.'],
    ['/tools/pay/require/0', 'pay is allowed only if args.to is given.'],
    ['/tools/pay/deny_if/0', 'pay is denied if args.n is more than 5 and args.now is true.'],
    ['/tools/pay/deny_if/0/conditions/1', 'pay is denied if args.now is true, and more.'],
    ['/tools/pay/approve_if/0', 'pay is allowed only after an approval if called at all.'],
    ['/tools/pay/limits/0', 'pay is limited to 3 calls per day per grant.'],
    ['/tools/pay/limits/0/max', 'pay is limited to 3 calls per day per grant.'],
    ['/tools/pay/rate_limit', 'pay is limited to 5 calls per hour per grant.'],
    ['/tools/get_*/require/0', 'get_* are allowed only if every args.ids[*] is less than 9 (shadow: recorded, not enforced).'],
    ['/tools/get_*/limits/0', 'Calls of get_* together are limited to 1 of args.n per day per grant (shadow: recorded, not enforced).'],
    ['/tools/nothing/action', 'This line is not in the document.'],
    ['', 'This line is not in the document.'],
  ])('%s: %s', (pointer, sentence) => {
    expect(explainPointer(document, pointer)).toBe(sentence);
  });

  it('has a sentence for every pointer of every decision and trace', () => {
    fc.assert(
      fc.property(anyWritten, call, (written, made) => {
        const any = read(source(written as Written));
        const decision = decide(compilePolicy(any), made);
        const pointers = [decision.rule, decision.shadow?.rule, ...decision.trace.map(({ rule }) => rule)];
        for (const pointer of pointers)
          if (pointer) expect(explainPointer(any, pointer), pointer).not.toBe('This line is not in the document.');
      }),
      { numRuns: 1_000 },
    );
  });
});
