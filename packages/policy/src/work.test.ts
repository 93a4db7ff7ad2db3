/** What conditions cost, in steps of work; and that what is left out when they are spent never helps the caller. */
import { describe, expect, it } from 'vitest';
import type { PolicyCall } from './call.ts';
import { type CompiledPolicy, compilePolicy } from './compile.ts';
import { compileCondition } from './condition.ts';
import { decide } from './decide.ts';
import { readPolicy } from './read.ts';
import { DECISION_WORK, SHADOW_WORK } from './work.ts';

const frame = (rest: string) => `{"version": "1", "default": "deny", ${rest}}`;

function compiled(source: string | object): CompiledPolicy {
  const read = readPolicy(typeof source === 'string' ? source : JSON.stringify({ version: '1', default: 'deny', ...source }));
  if (!read.ok) throw new Error(JSON.stringify(read.errors.slice(0, 3)));
  return compilePolicy(read.document);
}

function call(name: string, args: unknown = {}): PolicyCall {
  const tool = { name, category: 'Write', risk: 'Low', annotations: {}, state: 'active' as const };
  return { tool, args, grant: { label: 'g', tags: [] }, client: { name: null }, paused: null };
}

const code = (policy: CompiledPolicy, name: string, args?: unknown) => decide(policy, call(name, args)).code;

describe('the work of a condition', () => {
  /** The steps that a condition takes of an endless budget, and what it says under the budget of a decision. */
  function judge(op: string, value: unknown, args: unknown, path = 'args.a') {
    const [condition] = compiled({ tools: { t: { require: [{ path, op, value }] } } }).document!.tools.get('t')!.require[0]!.conditions;
    const test = compileCondition(condition!, 'every');
    const bounded = { left: DECISION_WORK };
    const truth = test(call('t', args), bounded);
    return { truth, spent: DECISION_WORK - bounded.left };
  }

  it.each([
    ['[*] over a list', 'neq', 'x', 'args.a[*]', (size: number) => Array(size).fill('y')],
    ['[*] below [*]', 'neq', 'x', 'args.a[*].b[*]', (size: number) => Array(10).fill({ b: Array(size / 10).fill('y') })],
    ['[*] below an operator that takes no work itself', 'type_is', 'string', 'args.a[*]', (size: number) => Array(size).fill('y')],
    ['in over a list', 'not_in', ['x', 'z'], 'args.a[*]', (size: number) => Array(size).fill('y')],
    ['contains in a list', 'contains', 'x', 'args.a', (size: number) => Array(size).fill('y')],
    ['contains in a text', 'contains', 'x', 'args.a', (size: number) => 'y'.repeat(size * 20)],
    ['eq of a list', 'eq', Array(60).fill(1), 'args.a[*]', (size: number) => Array(size / 60).fill(Array(60).fill(1))],
    ['max_length', 'max_length', 5, 'args.a', (size: number) => 'y'.repeat(size * 20)],
    ['url_host_in', 'url_host_in', ['a.test'], 'args.a', (size: number) => `https://a.test/${'y'.repeat(size * 5)}`],
    ['path_within', 'path_within', '/a', 'args.a', (size: number) => '/a'.repeat(size * 5)],
    ['regex', 'regex', '^y*$', 'args.a', (size: number) => 'y'.repeat(size)],
  ] as const)('grows with what is looked at, and ends: %s', (_, op, value, path, sized) => {
    const [small, large] = [judge(op, value, { a: sized(600) }, path), judge(op, value, { a: sized(6_000) }, path)];
    expect(large.spent).toBeGreaterThan(5 * small.spent);
    expect(large.spent).toBeLessThan(15 * small.spent);
    const endless = judge(op, value, { a: sized(600_000) }, path);
    expect(endless.truth).toBeNull();
  });

  it('of a long text sought in a long text is their product', () => {
    const sought = `${'a'.repeat(500)}b${'a'.repeat(500)}`;
    expect(judge('contains', sought, { a: 'a'.repeat(10_000) })).toMatchObject({ truth: false });
    expect(judge('contains', sought, { a: 'a'.repeat(1_000_000) })).toMatchObject({ truth: null });
  });

  it('of comparing objects does not depend on what only the caller sends, until all else is equal', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 0]));
    expect(judge('eq', { x: 1 }, { a: many })).toMatchObject({ truth: false });
    expect(judge('eq', { x: 1 }, { a: many }).spent).toBeLessThan(10);
    expect(judge('eq', { k1: 0 }, { a: many }).spent).toBeGreaterThan(100_000);
  });

  it('of a path that goes deeper than the arguments ends where they end', () => {
    expect(judge('exists', true, { a: 1 }, `args${'.a'.repeat(64)}`)).toMatchObject({ truth: false, spent: 65 });
    const read = readPolicy(frame(`"tools": {"t": {"require": [{"path": "args${'.a'.repeat(65)}", "op": "exists"}]}}`));
    expect(read.ok ? '' : read.errors[0]!.message).toBe('The path has more than 64 steps');
  });
});

describe('the work of a decision', () => {
  const entries = (conditions: number, condition: object) =>
    Array.from({ length: 64 }, () => ({ conditions: Array(conditions).fill(condition) }));
  const never = { path: 'args.a[*]', op: 'eq', value: 'x', match: 'some' };

  it('is bounded for 24 000 conditions over a large list, and what is left out refuses', () => {
    // Short forms keep 24 000 conditions within 1 MiB.
    const short = { path: 'args.a[*]', op: 'eq', value: 0 };
    const heavy = { deny_if: entries(64, { ...short, match: 'every' }).slice(0, 62), approve_if: entries(64, short).slice(0, 62) };
    const policy = compiled({ all_tools: heavy, tools: { t: heavy } });
    const conditions = [...policy.tool('t').rules]
      .flatMap(({ source }) => [...source.denyIf, ...source.approveIf])
      .flatMap((entry) => entry.conditions);
    expect(conditions.length).toBeGreaterThan(15_000);
    const decision = decide(policy, call('t', { a: [...Array(300_000).fill(0), 1] }));
    expect(decision).toMatchObject({ effect: 'deny', code: 'deny_if_matched' });
    expect(decision.trace.some(({ result }) => result === 'unevaluable')).toBe(true);
  });

  it.each([
    ['require', 'requirement_not_met'],
    ['deny_if', 'deny_if_matched'],
    ['approve_if', 'approval_required'],
  ])('spent, never helps the caller: %s', (list, expected) => {
    const policy = compiled({ tools: { t: { [list]: [{ ...never, ...(list === 'require' ? { op: 'neq', match: 'every' } : {}) }] } } });
    expect(code(policy, 't', { a: Array(1_000).fill('y') })).toBe('allowed');
    expect(code(policy, 't', { a: Array(DECISION_WORK).fill('y') })).toBe(expected);
  });

  it('on rules in shadow never changes what is enforced', () => {
    const enforced = { path: 'args.b', op: 'eq', value: 2 };
    const shadow = { mode: 'shadow', deny_if: entries(8, never) };
    const args = { a: Array(SHADOW_WORK).fill('y'), b: 1 };
    const policy = compiled({ all_tools: shadow, tools: { t: { deny_if: [enforced] } } });
    expect(decide(policy, call('t', args))).toMatchObject({ effect: 'allow', shadow: { code: 'deny_if_matched' } });
  });

  it('is spent once: what follows costs a step each', () => {
    const policy = compiled({ tools: { t: { deny_if: entries(8, { ...never, match: 'every', op: 'neq' }) } } });
    const work = { left: DECISION_WORK };
    const made = call('t', { a: Array(300_000).fill('y') });
    for (const { test } of policy.tool('t').rules[0]!.denyIf) test(made, work);
    expect(work.left).toBeGreaterThan(-DECISION_WORK);
  });
});
