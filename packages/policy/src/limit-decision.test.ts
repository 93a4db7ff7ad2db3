import { describe, expect, it } from 'vitest';
import type { PolicyCall } from './call.ts';
import { compilePolicy, unreadablePolicy } from './compile.ts';
import { decide, decideMethod, limitDecision, lists } from './decide.ts';
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
