import { describe, expect, it } from 'vitest';
import type { PolicyCall } from './call.ts';
import { compilePolicy, unreadablePolicy } from './compile.ts';
import { decide, decideMethod, leaseDecision, limitDecision, lists } from './decide.ts';
import { readPolicy } from './read.ts';

const tool = (name: string) => ({ name, category: 'Write', risk: 'Medium', annotations: {}, state: 'active' as const });
const call = (name: string, args: unknown = {}): PolicyCall => ({
  tool: tool(name),
  args,
  grant: { label: 'g', tags: [] },
  client: { name: null },
  paused: null,
});

function compiled(rest: object) {
  const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', ...rest }));
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return compilePolicy(read.document);
}

describe('a full counter', () => {
  const full = { remainingMicros: 0, retryAfterMs: 20_400, resetAt: new Date('2026-01-01T00:00:00Z') };

  it('tells an agent what is limited and when to try again', () => {
    const policy = compiled({ tools: { image_to_image: { rate_limit: { max: 30, window: 60 } } } });
    const allowed = decide(policy, call('image_to_image'));
    const limited = limitDecision(allowed.charges[0]!, full, allowed);
    expect(limited).toMatchObject({
      effect: 'limit',
      code: 'limit_reached',
      message: 'image_to_image is limited to 30 calls per minute per grant; try again in 21 s.',
      rule: '/tools/image_to_image/rate_limit',
      charges: [],
      limit: {
        counter: 'image_to_image_rate',
        scope: 'grant',
        max: 30,
        remaining: 0,
        retryAfterMs: 20_400,
        resetAt: '2026-01-01T00:00:00.000Z',
      },
    });
    expect(limited.trace.at(-1)).toMatchObject({ step: 'limits', result: 'full' });
    expect(limited.trace[0]).toEqual({ step: 'paused', result: 'pass' });
  });

  it('says what remains of a value', () => {
    const policy = compiled({ all_tools: { limits: [{ counter: 's', window: 'day', max: 500, by: 'args.amount' }] }, tools: { pay: {} } });
    const [charge] = decide(policy, call('pay', { amount: 300.25 })).charges;
    expect(limitDecision(charge!, { ...full, remainingMicros: 120_000_000, retryAfterMs: 7_200_001 }).message).toBe(
      'Calls of all tools together are limited to 500 of args.amount per day per grant; 120 remain, and this call asks for 300.25; try again in 3 h.',
    );
  });

  it('is not waited for when the call alone is too much', () => {
    const policy = compiled({ tools: { pay: { limits: [{ counter: 's', window: 'day', max: 500, by: 'args.amount' }] } } });
    const decision = decide(policy, call('pay', { amount: 500.000001 }));
    expect(decision).toMatchObject({ effect: 'limit', code: 'limit_reached', rule: '/tools/pay/limits/0', charges: [] });
    expect(decision.message).toBe(
      'pay is limited to 500 of args.amount per day per grant, and this call asks for 500.000001; ask for less.',
    );
    expect(decision.limit).toBeUndefined();
  });
});

describe('charges', () => {
  it('of one counter are one charge: each value once, the smallest maximum', () => {
    const limit = (max: number, by?: string) => ({ counter: 'c', window: 'day', max, ...(by ? { by } : {}) });
    const policy = compiled({
      all_tools: { limits: [limit(9), limit(8, 'args.a')] },
      tools: { t: { limits: [limit(7), limit(10, 'args.a'), limit(10, 'args.b')] } },
    });
    const { charges } = decide(policy, call('t', { a: 0.5, b: 0.25 }));
    expect(charges).toMatchObject([{ amountMicros: 1_750_000, maxMicros: 7_000_000, rule: '/tools/t/limits/0' }]);
  });

  it('of different scopes are apart', () => {
    const policy = compiled({
      tools: {
        t: {
          limits: [
            { counter: 'c', window: 'day', max: 1 },
            { counter: 'c', window: 'hour', max: 1, scope: 'server' },
          ],
        },
      },
    });
    expect(decide(policy, call('t')).charges.map((charge) => charge.scope)).toEqual(['grant', 'server']);
  });

  it.each([[undefined], ['5'], [-1], [1e-7], [1e10], [Number.NaN], [Number.POSITIVE_INFINITY], [null], [[5]]])(
    'a value of %j is denied',
    (amount) => {
      const policy = compiled({ tools: { pay: { limits: [{ counter: 's', window: 'day', max: 9_000_000_000, by: 'args.amount' }] } } });
      expect(decide(policy, call('pay', { amount }))).toMatchObject({
        effect: 'deny',
        code: 'requirement_not_met',
        rule: '/tools/pay/limits/0',
      });
    },
  );
});

describe('a limit of calls in flight', () => {
  it('is a lease of its rule, beside the charges, and the smallest of a scope holds', () => {
    const policy = compiled({
      all_tools: { limits: [{ concurrency: 9, scope: 'organization' }] },
      tools: {
        'get_*': {
          limits: [{ concurrency: 4 }, { counter: 'c', window: 'day', max: 1 }, { concurrency: 2 }, { concurrency: 3, scope: 'server' }],
        },
      },
    });
    const decision = decide(policy, call('get_a'));
    expect(decision.charges.map(({ counter }) => counter)).toEqual(['c']);
    const glob = { key: 'tool:get_:2a:', subject: 'get_*', onUnavailable: 'deny' };
    expect(decision.leases).toEqual([
      { key: 'all_tools', scope: 'organization', max: 9, rule: '/all_tools/limits/0', subject: 'all tools', onUnavailable: 'deny' },
      { ...glob, scope: 'grant', max: 2, rule: '/tools/get_*/limits/2' },
      { ...glob, scope: 'server', max: 3, rule: '/tools/get_*/limits/3' },
    ]);
    expect(decide(policy, call('get_b')).leases).toEqual(decision.leases);
    expect(decision.trace.filter(({ result }) => result === 'lease')).toHaveLength(3);
  });

  it('of a tool that is called like the rule on all tools is apart from it', () => {
    const policy = compiled({ all_tools: { limits: [{ concurrency: 1 }] }, tools: { all_tools: { limits: [{ concurrency: 1 }] } } });
    expect(decide(policy, call('all_tools')).leases.map(({ key }) => key)).toEqual(['all_tools', 'tool:all_tools']);
  });

  it('tells an agent that it may try again, and promises no time', () => {
    const policy = compiled({
      all_tools: { limits: [{ concurrency: 1 }] },
      tools: { draw: { limits: [{ concurrency: 4, scope: 'server' }] } },
    });
    const allowed = decide(policy, call('draw'));
    const [one, four] = allowed.leases.map((lease) => leaseDecision(lease, allowed));
    expect(four).toMatchObject({
      effect: 'limit',
      code: 'limit_reached',
      message: 'draw is limited to 4 calls at once per server; try again when one of them has ended.',
      rule: '/tools/draw/limits/0',
      charges: [],
      leases: [],
      lease: { key: 'tool:draw', scope: 'server', max: 4 },
    });
    expect(four).not.toHaveProperty('limit');
    expect(four!.trace.at(-1)).toMatchObject({ step: 'limits', result: 'full', rule: '/tools/draw/limits/0' });
    expect(one!.message).toBe('Calls of all tools together are limited to 1 call at once per grant; try again when that call has ended.');
  });
});

describe('a charge that is given back when the tool fails', () => {
  const limit = (more: object) => ({ counter: 'c', window: 'day', max: 5, ...more });
  const refunds = (...limits: object[]) =>
    decide(compiled({ tools: { t: { limits } } }), call('t')).charges.map(({ refundOn }) => refundOn);

  it('says so, and says nothing where the limit does not', () => {
    expect(refunds(limit({ refund_on: ['tool_error'] }))).toEqual([['tool_error']]);
    expect(refunds(limit({}))).toEqual([[]]);
  });

  it('is given back only if every limit on its counter says so, whichever is the smallest', () => {
    expect(refunds(limit({ refund_on: ['tool_error'] }), limit({ max: 3 }))).toEqual([[]]);
    expect(refunds(limit({}), limit({ max: 3, refund_on: ['tool_error'] }))).toEqual([[]]);
    expect(refunds(limit({ refund_on: ['tool_error'] }), limit({ max: 3, refund_on: ['tool_error'] }))).toEqual([['tool_error']]);
  });
});

describe('limits in shadow', () => {
  const LIMITS = { limits: [{ counter: 'c', window: 'day', max: 5, refund_on: ['tool_error'] }, { concurrency: 2 }] };
  const taken = (policy: ReturnType<typeof compiled>, args?: unknown) => {
    const { charges, leases, shadowCharges = [], shadowLeases = [] } = decide(policy, call('t', args));
    return [charges.length, leases.length, shadowCharges.length, shadowLeases.length];
  };

  it.each([
    ['of a document', { mode: 'shadow', tools: { t: LIMITS } }, [0, 0, 1, 1]],
    ['of a rule', { tools: { t: { mode: 'shadow', ...LIMITS } } }, [0, 0, 1, 1]],
    ['of all_tools, beside an enforced rule', { all_tools: { mode: 'shadow', ...LIMITS }, tools: { t: LIMITS } }, [1, 1, 1, 1]],
    [
      'of a rule that says "enforce" in a document in shadow',
      { mode: 'shadow', tools: { t: { mode: 'enforce', ...LIMITS } } },
      [0, 0, 1, 1],
    ],
    ['of two rules that share a counter: one charge', { mode: 'shadow', all_tools: LIMITS, tools: { t: LIMITS } }, [0, 0, 1, 2]],
  ])('are charged apart and refuse nothing: %s', (_, document, expected) => {
    expect(taken(compiled(document))).toEqual(expected);
  });

  it('are as complete as enforced ones', () => {
    const enforced = decide(compiled({ tools: { t: LIMITS } }), call('t'));
    const recorded = decide(compiled({ mode: 'shadow', tools: { t: LIMITS } }), call('t'));
    expect(recorded.shadowCharges).toEqual(enforced.charges);
    expect(recorded.shadowLeases).toEqual(enforced.leases);
    const steps = recorded.trace.filter(({ step }) => step === 'limits').map(({ result, rule }) => [result, rule]);
    expect(steps).toEqual([
      ['would charge', '/tools/t/limits/0'],
      ['would lease', '/tools/t/limits/1'],
    ]);
  });

  it('are not charged for a call that a rule in shadow refuses before, for it would not have come to them', () => {
    const denies = { deny_if: [{ path: 'args.x', op: 'eq', value: 1 }] };
    for (const document of [
      { mode: 'shadow', tools: { t: { ...denies, ...LIMITS } } },
      { all_tools: { mode: 'shadow', ...denies }, tools: { t: { mode: 'shadow', ...LIMITS } } },
    ]) {
      expect(taken(compiled(document), { x: 1 })).toEqual([0, 0, 0, 0]);
      expect(taken(compiled(document), { x: 2 })).toEqual([0, 0, 1, 1]);
    }
    expect(taken(compiled({ mode: 'shadow', tools: { other: LIMITS } }))).toEqual([0, 0, 0, 0]);
  });

  it('are not charged for a call that an enforced rule refuses', () => {
    const policy = compiled({ all_tools: { deny_if: [{ conditions: [] }] }, tools: { t: { mode: 'shadow', ...LIMITS } } });
    expect(taken(policy)).toEqual([0, 0, 0, 0]);
  });

  it('take nothing for a value that cannot be added, and say so', () => {
    const policy = compiled({
      tools: { t: { mode: 'shadow', limits: [{ counter: 'c', window: 'day', max: 5, by: 'args.n' }, { concurrency: 2 }] } },
    });
    expect(taken(policy, { n: 9 })).toEqual([0, 0, 0, 0]);
    expect(decide(policy, call('t', { n: 9 })).shadow).toMatchObject({ effect: 'limit', rule: '/tools/t/limits/0' });
    expect(taken(policy, { n: 4 })).toEqual([0, 0, 1, 1]);
  });
});

describe('without a document', () => {
  it('everything is denied', () => {
    expect(decide(null, call('t'))).toMatchObject({ effect: 'deny', code: 'no_policy' });
    expect(decide(unreadablePolicy, call('t'))).toMatchObject({ effect: 'deny', code: 'policy_unreadable' });
    expect([null, unreadablePolicy].map((policy) => lists(policy, tool('t'), null))).toEqual([false, false]);
    expect([null, unreadablePolicy].map((policy) => decideMethod(policy, 'prompts/get'))).toEqual(['deny', 'deny']);
  });
});

describe('other methods', () => {
  it('follow their most specific entry, else the default', () => {
    const policy = compiled({ methods: { 'prompts/*': 'allow', 'prompts/get': 'deny' } });
    expect(['prompts/list', 'prompts/get', 'resources/read', 'toString'].map((method) => decideMethod(policy, method))).toEqual([
      'allow',
      'deny',
      'deny',
      'deny',
    ]);
    expect(decideMethod(compiled({ default: 'allow' }), 'resources/read')).toBe('allow');
  });
});

describe('quantifiers', () => {
  const images = (list: string, match?: string) =>
    compiled({
      tools: { t: { [list]: [{ path: 'args.images[*].url', op: 'url_host_in', value: ['ok.test'], ...(match ? { match } : {}) }] } },
    });
  const effect = (policy: ReturnType<typeof compiled>, ...urls: unknown[]) =>
    decide(policy, call('t', { images: urls.map((url) => ({ url })) })).effect;

  it('mean every value in require, and some value in deny_if', () => {
    expect(effect(images('require'), 'https://ok.test', 'https://ok.test')).toBe('allow');
    expect(effect(images('require'), 'https://ok.test', 'https://evil.test')).toBe('deny');
    expect(effect(images('deny_if'), 'https://evil.test', 'https://ok.test')).toBe('deny');
    expect(effect(images('deny_if'), 'https://evil.test')).toBe('allow');
  });

  it('can be turned round, and never help with what cannot be evaluated', () => {
    expect(effect(images('require', 'some'), 'https://evil.test', 'https://ok.test')).toBe('allow');
    expect(effect(images('require'), 'https://ok.test', 5)).toBe('deny');
    expect(effect(images('deny_if'), 5)).toBe('deny');
    expect(decide(images('deny_if'), call('t', { images: 'x' })).effect).toBe('deny');
    expect(decide(images('require'), call('t')).trace.find((step) => step.step === 'require')).toMatchObject({ result: 'unevaluable' });
  });
});
