import { describe, expect, it } from 'vitest';
import { explainDecision, explainRule } from './explain.ts';
import { policyJsonSchema } from './json-schema.ts';
import { lintPolicy } from './lint.ts';
import { readPolicy } from './read.ts';

function document(rest: object) {
  const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', ...rest }));
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.document;
}

const TOOLS = [
  { name: 'refund', inputSchema: { type: 'object', properties: { amount: {}, to: {} }, required: ['amount'] } },
  { name: 'get_a', inputSchema: { type: 'object', properties: {} } },
];
const lint = (rest: object) => lintPolicy(document(rest), TOOLS).map(({ code, pointer }) => `${code} ${pointer}`);

describe('lintPolicy', () => {
  it.each<[object, string[]]>([
    [{ tools: { refund: { limits: [{ counter: 'c', window: 'day', max: 1 }] }, 'get_*': {} } }, []],
    [{ default: 'allow' }, ['default_allow /default']],
    [{ tools: { refnd: {} } }, ['unknown_tool /tools/refnd']],
    [{ tools: { 'x_*': {} } }, ['unknown_tool /tools/x_*']],
    [{ tools: { 'get_*': {}, get_a: {} } }, ['unreachable /tools/get_*']],
    [
      { tools: { refund: { action: 'deny', limits: [{ counter: 'c', window: 'day', max: 1 }] } } },
      ['limit_on_denied /tools/refund/limits'],
    ],
    [{ tools: { refund: { deny_if: [{ path: 'args.amount', op: 'gt', value: 1 }] } } }, []],
    [{ tools: { refund: { deny_if: [{ path: 'args.to', op: 'eq', value: 'x' }] } } }, ['missing_denies /tools/refund/deny_if/0']],
    [
      {
        tools: {
          refund: {
            deny_if: [
              {
                conditions: [
                  { path: 'args.to', op: 'exists' },
                  { path: 'args.to', op: 'eq', value: 'x' },
                ],
              },
            ],
          },
        },
      },
      [],
    ],
    [{ tools: { refund: { require: [{ path: 'args.amuont', op: 'lt', value: 5 }] } } }, ['unknown_argument /tools/refund/require/0']],
    [{ hide: ['get_*'], tools: { get_a: {} } }, ['hidden_rule /tools/get_a']],
    [{ mode: 'shadow' }, ['shadow /mode']],
  ])('of %j', (rest, warnings) => {
    expect(lint(rest)).toEqual(warnings);
  });
});

describe('explain', () => {
  it('says a rule in one sentence', () => {
    const { tools } = document({
      tools: {
        refund: {
          require: [{ path: 'args.currency', op: 'in', value: ['EUR', 'USD'] }],
          deny_if: [{ path: 'args.items[*].price', op: 'gt', value: 100 }],
          limits: [
            { counter: 'c', window: '15m', max: 1 },
            { counter: 'd', window: 'day', max: 99.5, by: 'args.amount', scope: 'organization' },
          ],
        },
        'get_*': { action: 'deny', reason: 'Not now.' },
      },
    });
    expect(explainRule('refund', tools.get('refund')!)).toBe(
      'refund is allowed, only if args.currency is one of "EUR", "USD"; not if any args.items[*].price is more than 100; at most 1 call per 15 minutes per grant; at most 99.5 of args.amount per day per organization.',
    );
    expect(explainRule('get_*', tools.get('get_*')!)).toBe('get_* are denied: Not now.');
  });

  it('names the line that decided', () => {
    const decision = {
      effect: 'deny',
      code: 'denied',
      message: 'No.',
      rule: '/tools/x/action',
      trace: [],
      charges: [],
      leases: [],
    } as const;
    expect(explainDecision({ ...decision, trace: [], charges: [], leases: [] })).toBe('Denied by /tools/x/action: No.');
  });
});

describe('policyJsonSchema', () => {
  it('is closed, names the operators and requires what the reader requires', () => {
    const schema = policyJsonSchema() as { required: string[]; additionalProperties: boolean; properties: object };
    expect(schema.required).toEqual(['version', 'default']);
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties)).toContain('all_tools');
    expect(JSON.stringify(schema)).toContain('"path_within"');
  });
});
