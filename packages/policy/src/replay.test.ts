import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call as anyCall, anyWritten, source, type Written } from '../testdata/arbitrary.ts';
import type { PolicyCall } from './call.ts';
import { type CompiledPolicy, compilePolicy } from './compile.ts';
import { decide } from './decide.ts';
import { readPolicy } from './read.ts';
import { createReplay, type RecordedCall, type ReplayClass } from './replay.ts';

function compiled(text: string): CompiledPolicy {
  const read = readPolicy(text);
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return compilePolicy(read.document);
}

/** A call as it was made, values and all. */
interface Real {
  call: PolicyCall;
  at: number;
  latencyMs: number;
  grantId: string;
  serverId: string;
}

function recorded({ call, at, latencyMs, grantId, serverId }: Real, was: ReplayClass, requestBytes: number): RecordedCall {
  const { state: _, ...tool } = call.tool;
  return {
    at,
    latencyMs: was === 'passes' ? latencyMs : null,
    refunded: false,
    method: 'tools/call',
    tool,
    argumentKeys: call.args === undefined ? null : Object.keys(call.args as object),
    keysComplete: true,
    requestBytes,
    grant: { id: grantId, ...call.grant },
    serverId,
    client: call.client.name === null ? null : `${call.client.name} 1.0`,
    was,
    approved: call.approved ?? false,
    beforePolicy: false,
  };
}

/** Decides every call for real, values and all, and counts in the plainest way. */
function naive(policy: CompiledPolicy, calls: readonly Real[]): ReplayClass[] {
  const taken: { key: string; at: number; micros: number }[] = [];
  const flying: { key: string; until: number }[] = [];
  return calls.map(({ call, at, latencyMs, grantId, serverId }) => {
    const decision = decide(policy, call);
    if (decision.effect !== 'allow') return decision.effect === 'pending' ? 'asks' : 'refused';
    const owner = { grant: grantId, server: serverId, organization: '' };
    const named = decision.charges.map((charge) => ({ ...charge, key: `${charge.scope} ${owner[charge.scope]} ${charge.counter}` }));
    const leases = decision.leases.map((lease) => ({ ...lease, key: `${lease.scope} ${owner[lease.scope]} ${lease.key}` }));
    const used = (key: string, windowMs: number) =>
      taken.filter((one) => one.key === key && one.at + windowMs >= at).reduce((sum, { micros }) => sum + micros, 0);
    if (named.some(({ key, windowMs, amountMicros, maxMicros }) => used(key, windowMs) + amountMicros > maxMicros)) return 'refused';
    if (leases.some(({ key, max }) => flying.filter((one) => one.key === key && one.until > at).length >= max)) return 'refused';
    taken.push(...named.map(({ key, amountMicros: micros }) => ({ key, at, micros })));
    flying.push(...leases.map(({ key }) => ({ key, until: at + latencyMs })));
    return 'passes';
  });
}

const value = fc.oneof(
  fc.integer({ min: -2, max: 3 }),
  fc.constantFrom<unknown>(
    'a',
    'b',
    '',
    null,
    true,
    0.5,
    'ab',
    [],
    ['a'],
    [1, 'b'],
    {},
    { a: 1 },
    '2026-01-01',
    'https://a.example/',
    '/data',
  ),
);

const real: fc.Arbitrary<Real> = fc.record({
  call: anyCall.map((call) => ({ ...call, paused: null, tool: { ...call.tool, state: 'active' as const } })),
  at: fc.integer({ min: 0, max: 200_000 }),
  latencyMs: fc.integer({ min: 0, max: 50_000 }),
  grantId: fc.constantFrom('g1', 'g2'),
  serverId: fc.constantFrom('s1', 's2'),
});

describe('a replay', () => {
  it('decides only what is so whatever the values of the arguments were', () => {
    let [decided, all, counted] = [0, 0, 0];
    fc.assert(
      fc.property(anyWritten, fc.array(real, { minLength: 1, maxLength: 12 }), fc.infiniteStream(value), (written, given, values) => {
        const policy = compiled(source(written as Written));
        const calls = given.toSorted((a, b) => a.at - b.at);
        const before = naive(compiled('{"version":"1","default":"allow"}'), calls);
        const replay = createReplay(policy);
        const replayed = calls.map((one, index) => replay(recorded(one, before[index]!, 300)));
        all += replayed.length;
        decided += replayed.filter(({ now }) => now !== null).length;
        counted += replayed.filter(({ code }) => code === 'limit_reached').length;
        for (let guess = 0; guess < 4; guess++) {
          const other =
            guess === 0 ? calls : calls.map((one) => ({ ...one, call: { ...one.call, args: reguessed(one.call.args, values) } }));
          const truth = naive(policy, other);
          for (const [index, { now }] of replayed.entries()) if (now !== null) expect(truth[index]).toBe(now);
        }
      }),
      { numRuns: 1_000 },
    );
    // It is not true of nothing.
    expect(decided / all).toBeGreaterThan(0.6);
    expect(decided / all).toBeLessThan(0.99);
    expect(counted).toBeGreaterThan(0);
  });

  it('decides everything where all values were captured, and where some were, only what is so whatever the others were', () => {
    let [open, partly] = [0, 0];
    fc.assert(
      fc.property(anyWritten, fc.array(real, { minLength: 1, maxLength: 12 }), fc.infiniteStream(value), (written, given, values) => {
        const policy = compiled(source(written as Written));
        const calls = given.toSorted((a, b) => a.at - b.at).map((one) => ({ ...one, call: { ...one.call, args: one.call.args ?? {} } }));
        const before = naive(compiled('{"version":"1","default":"allow"}'), calls);
        const replay = createReplay(policy);
        const all = calls.map((one, index) => replay({ ...recorded(one, before[index]!, 300), args: argsOf(one) }).now);
        expect(all).toEqual(naive(policy, calls));
        const again = createReplay(policy);
        const some = calls.map((one, index) => again({ ...recorded(one, before[index]!, 300), args: { ...argsOf(one, 'a') } }).now);
        open += some.filter((now) => now === null).length;
        partly += some.filter((now) => now !== null).length;
        for (let guess = 0; guess < 3; guess++) {
          const other = calls.map((one) => {
            const args = { ...(reguessed(one.call.args, values) as object), ...argsOf(one, 'a') };
            return { ...one, call: { ...one.call, args } };
          });
          const truth = naive(policy, other);
          for (const [index, now] of some.entries()) if (now !== null) expect(truth[index]).toBe(now);
        }
      }),
      { numRuns: 600 },
    );
    expect(Math.min(open, partly)).toBeGreaterThan(0);
  });

  it('says so of everything, for documents that ask for no values', () => {
    const calls = Array.from({ length: 100 }, (_, index) => made({ at: index * 1_000, argumentKeys: ['prompt'] }));
    const replay = createReplay(
      compiled('{"version":"1","default":"deny","tools":{"draw":{"limits":[{"counter":"c","window":"minute","max":30}]}}}'),
    );
    const replayed = calls.map(replay);
    // 30 in the first half minute; each is free again a minute and a moment later.
    expect(replayed.map(({ now }) => now)).toEqual(
      calls.map(({ at }) => (at < 30_000 || (at > 60_000 && at < 91_000) ? 'passes' : 'refused')),
    );
    expect(replayed[30]).toEqual({ change: 'newly_denied', now: 'refused', code: 'limit_reached', rule: '/tools/draw/limits/0' });
  });

  it('tells what is newly allowed, newly asked for and unchanged from what happened', () => {
    const text = '{"version":"1","default":"deny","tools":{"draw":{},"pay":{"approve_if":[{"conditions":[]}]},"off":{"action":"deny"}}}';
    const replay = createReplay(compiled(text));
    const tool = (name: string) => ({ name, category: 'Write', risk: 'Medium', annotations: {} });
    expect(replay(made({ was: 'refused' }))).toMatchObject({ change: 'newly_allowed', code: 'allowed' });
    expect(replay(made({ tool: tool('pay') }))).toMatchObject({ change: 'newly_pending', rule: '/tools/pay/approve_if/0' });
    expect(replay(made({ tool: tool('pay'), approved: true }))).toMatchObject({ change: 'unchanged', now: 'passes' });
    expect(replay(made({ tool: tool('off') }))).toMatchObject({ change: 'newly_denied', code: 'denied', rule: '/tools/off/action' });
    expect(replay(made({ tool: tool('off'), was: 'refused' }))).toMatchObject({ change: 'unchanged' });
    expect(replay(made({ tool: null, method: 'prompts/get' }))).toMatchObject({ change: 'newly_denied' });
    expect(replay(made({ beforePolicy: true, was: 'refused' }))).toMatchObject({ change: 'unchanged' });
  });

  it('names the place that depends on a value, and decides by the names of the arguments where they are enough', () => {
    const text = `{"version":"1","default":"deny","tools":{"draw":{
      "deny_if":[{"path":"args.admin","op":"exists"},{"conditions":[{"path":"args.size","op":"exists"},{"path":"args.size","op":"gt","value":2}]}],
      "require":[{"path":"grant.label","op":"eq","value":"ci"},{"path":"client.name","op":"eq","value":"Cursor"}]}}}`;
    const replay = createReplay(compiled(text));
    expect(replay(made({ argumentKeys: ['admin'] }))).toMatchObject({ now: 'refused', code: 'deny_if_matched' });
    expect(replay(made({ argumentKeys: ['prompt'] }))).toMatchObject({ now: 'passes', change: 'unchanged' });
    expect(replay(made({ argumentKeys: ['size'] }))).toMatchObject({ change: 'not_decidable', rule: '/tools/draw/deny_if/1' });
    expect(replay(made({ argumentKeys: null }))).toMatchObject({ change: 'not_decidable' });
    expect(replay(made({ argumentKeys: [], keysComplete: false }))).toMatchObject({ change: 'not_decidable' });
    expect(replay(made({ argumentKeys: ['size'], client: 'Other 1' }))).toMatchObject({ now: 'refused', code: 'requirement_not_met' });
    expect(replay(made({ argumentKeys: ['prompt'], client: 'Cursor nightly' }))).toMatchObject({ change: 'not_decidable' });
  });

  it('knows that an argument of a name may be null, which does not exist for whom it would help', () => {
    const now = (list: string, value: boolean) => {
      const text = JSON.stringify({ version: '1', default: 'allow', all_tools: { [list]: [{ path: 'args.a', op: 'exists', value }] } });
      return createReplay(compiled(text))(made({ argumentKeys: ['a'] })).now;
    };
    expect([now('require', true), now('require', false), now('deny_if', true), now('deny_if', false)]).toEqual([
      null,
      'refused',
      'refused',
      null,
    ]);
  });

  it('does not rely on a condition that a large argument may leave no work for', () => {
    const text = `{"version":"1","default":"deny","tools":{"draw":{"deny_if":[{"conditions":[
      {"path":"args.prompt","op":"regex","value":"(a|b)*c{20}d"},{"path":"grant.label","op":"eq","value":"other"}]}]}}}`;
    const replay = createReplay(compiled(text));
    expect(replay(made({ argumentKeys: ['prompt'], requestBytes: 200 }))).toMatchObject({ now: 'passes' });
    expect(replay(made({ argumentKeys: ['prompt'], requestBytes: 60_000 }))).toMatchObject({ change: 'not_decidable' });
    expect(replay(made({ argumentKeys: ['prompt'], requestBytes: null }))).toMatchObject({ change: 'not_decidable' });
    const prompt = 'a'.repeat(59_000);
    const policy = compiled(text);
    const tool = { name: 'draw', category: 'Write', risk: 'Medium', annotations: {}, state: 'active' as const };
    const call = { tool, args: { prompt }, grant: { label: 'ci', tags: ['ci'] }, client: { name: null }, paused: null };
    expect(decide(policy, call).effect).toBe('deny');
    expect(decide(policy, { ...call, args: { prompt: 'a' } }).effect).toBe('allow');
  });

  it('counts what was given back only until then, and values as any amount', () => {
    const one = createReplay(
      compiled('{"version":"1","default":"allow","all_tools":{"limits":[{"counter":"c","window":"hour","max":1}]}}'),
    );
    expect(one(made({ at: 0, latencyMs: 500, refunded: true })).now).toBe('passes');
    expect(one(made({ at: 400 })).now).toBe('refused');
    expect(one(made({ at: 600 })).now).toBe('passes');
    expect(one(made({ at: 700 })).now).toBe('refused');
    const spend = '{"counter":"c","window":"hour","max":5,"by":"args.amount"}';
    const two = createReplay(compiled(`{"version":"1","default":"allow","all_tools":{"limits":[${spend}]}}`));
    expect(two(made({ argumentKeys: [] }))).toMatchObject({ now: 'refused', code: 'requirement_not_met' });
    expect(two(made({ argumentKeys: ['amount'] }))).toMatchObject({ change: 'not_decidable', rule: '/all_tools/limits/0' });
    const three = createReplay(compiled(`{"version":"1","default":"allow","all_tools":{"limits":[${spend}]}}`));
    const pays = (amount: unknown) => three(made({ argumentKeys: ['amount'], args: { amount } }));
    expect(pays(2)).toMatchObject({ now: 'passes', code: 'allowed' });
    expect(pays(3)).toMatchObject({ now: 'passes', code: 'allowed' });
    expect(pays(1)).toMatchObject({ now: 'refused', code: 'limit_reached', rule: '/all_tools/limits/0' });
    expect(pays('1')).toMatchObject({ now: 'refused', code: 'requirement_not_met', rule: '/all_tools/limits/0' });
  });
});

function made(given: Partial<RecordedCall>): RecordedCall {
  return {
    at: 0,
    latencyMs: 10,
    refunded: false,
    method: 'tools/call',
    tool: { name: 'draw', category: 'Write', risk: 'Medium', annotations: {} },
    argumentKeys: [],
    keysComplete: true,
    requestBytes: 200,
    grant: { id: 'g', label: 'ci', tags: ['ci'] },
    serverId: 's',
    client: 'Cursor 3.4',
    was: 'passes',
    approved: false,
    beforePolicy: false,
    ...given,
  };
}

/** The values that are known: all, or that of one argument. */
function argsOf({ call }: Real, only?: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(call.args as object).filter(([key]) => only === undefined || key === only));
}

/** Other values under the same names; where no names were recorded, any. */
function reguessed(args: unknown, values: fc.Stream<unknown>): unknown {
  if (args === undefined) return values.next().value === 'a' ? { a: values.next().value, b: values.next().value } : undefined;
  return Object.fromEntries(Object.keys(args as object).map((key) => [key, values.next().value]));
}
