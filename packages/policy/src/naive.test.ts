// biome-ignore-all lint/suspicious/noExplicitAny: it reads JSON as written, without the types of the real evaluator
/** A second evaluator: slow, written from the language's text, over the JSON as written, without a line of the real one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call, source, type Written, written } from '../testdata/arbitrary.ts';
import type { PolicyCall } from './call.ts';
import { compilePolicy } from './compile.ts';
import { decide } from './decide.ts';
import { readPolicy } from './read.ts';

type Any = Record<string, any>;
type Answer = 'yes' | 'no' | 'unknown';

function globMatches(glob: string, name: string): boolean {
  if (glob === '') return name === '';
  if (glob[0] === '*') return globMatches(glob.slice(1), name) || (name !== '' && globMatches(glob, name.slice(1)));
  return name !== '' && glob[0] === name[0] && globMatches(glob.slice(1), name.slice(1));
}

function ruleFor(tools: [string, Any][], name: string): [string, Any] | null {
  let best: [string, Any] | null = null;
  for (const entry of tools) {
    if (!entry[0].includes('*') && entry[0] === name) return entry;
    if (!entry[0].includes('*') || !globMatches(entry[0], name)) continue;
    if (!best || entry[0].replaceAll('*', '').length > best[0].replaceAll('*', '').length) best = entry;
  }
  return best;
}

const NOTHING = {};
const own = (object: any, key: string) => (object !== null && object !== undefined && Object.hasOwn(object, key) ? object[key] : NOTHING);

function valuesAt(path: string, made: PolicyCall): unknown[] {
  if (path === 'grant.tags') return [made.grant.tags];
  if (path === 'tool.risk') return [made.tool.risk];
  const list = own(made.args, 'list');
  if (path === 'args.list[*]') return Array.isArray(list) ? list : [NOTHING];
  if (path === 'args.list[0]') return [Array.isArray(list) && list.length > 0 ? list[0] : NOTHING];
  return [own(made.args, path.slice('args.'.length))];
}

const kind = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);
const say = (truth: boolean): Answer => (truth ? 'yes' : 'no');
const opposite = (answer: Answer): Answer => (answer === 'unknown' ? answer : say(answer === 'no'));
const equal = (a: unknown, b: unknown): Answer => (b === null ? say(a === null) : kind(a) !== kind(b) ? 'unknown' : say(a === b));

function one(op: string, value: any, actual: unknown): Answer {
  if (op === 'exists') return actual === null ? 'unknown' : say((actual !== NOTHING) === value);
  if (actual === NOTHING) return 'unknown';
  if (op === 'eq') return equal(actual, value);
  if (op === 'neq') return opposite(equal(actual, value));
  if (op === 'not_in') return opposite(one('in', value, actual));
  if (op === 'in') {
    if (value.some((each: unknown) => each === actual)) return 'yes';
    return value.length > 0 && !value.some((each: unknown) => kind(each) === kind(actual)) ? 'unknown' : 'no';
  }
  if (op === 'lt') return typeof actual === 'number' ? say(actual < value) : 'unknown';
  if (op === 'gte') return typeof actual === 'number' ? say(actual >= value) : 'unknown';
  if (op === 'starts_with') return typeof actual === 'string' ? say(actual[0] === value) : 'unknown';
  if (typeof actual === 'string') return say(actual.split('').includes(value));
  if (op !== 'contains' || !Array.isArray(actual)) return 'unknown';
  const answers = actual.map((each) => equal(each, value));
  return answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no';
}

function holds(entry: Any, list: string, made: PolicyCall): boolean {
  const conditions: Any[] = entry.conditions ?? [entry];
  return conditions.every((condition) => {
    const truths = valuesAt(condition.path, made).map((value) => {
      const answer = one(condition.op, condition.value, value);
      return answer === 'unknown' ? list !== 'require' : answer === 'yes';
    });
    return list === 'require' ? truths.every((truth) => truth) : condition.path.includes('[*]') ? truths.some((truth) => truth) : truths[0];
  });
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

function naive(document: Written, made: PolicyCall): [string, string, string | null] {
  const name = made.tool.name;
  if (made.paused) return ['deny', 'paused', null];
  if (made.tool.state !== 'active') return ['deny', 'tool_quarantined', null];
  const hide = (document.hide ?? []).findIndex((glob) => globMatches(glob, name));
  if (hide >= 0) return ['deny', 'hidden', `/hide/${hide}`];
  const found = ruleFor(document.tools as [string, Any][], name);
  const rules: [string, Any][] = [];
  if (document.all_tools) rules.push(['/all_tools', document.all_tools as Any]);
  if (found) rules.push([`/tools/${escaped(found[0])}`, found[1]]);
  for (const [pointer, rule] of rules) if (rule.action === 'hide') return ['deny', 'hidden', `${pointer}/action`];
  if (!found && document.default === 'deny') return ['deny', 'default_deny', '/default'];
  for (const [pointer, rule] of rules) if (rule.action === 'deny') return ['deny', 'denied', `${pointer}/action`];
  for (const [list, effect, code] of [
    ['require', 'deny', 'requirement_not_met'],
    ['deny_if', 'deny', 'deny_if_matched'],
    ['approve_if', 'pending', 'approval_required'],
  ] as const) {
    if (list === 'approve_if' && made.approved) continue;
    for (const [pointer, rule] of rules) {
      const index = (rule[list] ?? []).findIndex((entry: Any) => holds(entry, list, made) !== (list === 'require'));
      if (index >= 0) return [effect, code, `${pointer}/${list}/${index}`];
    }
  }
  return limits(rules, made);
}

/** One count a counter: calls once, and each argument once. */
function limits(rules: [string, Any][], made: PolicyCall): [string, string, string | null] {
  const counters = new Map<string, { max: number; pointer: string; calls: number; value: number }>();
  for (const [pointer, rule] of rules) {
    const all = (rule.limits ?? []).map((limit: Any, index: number) => [limit, `${pointer}/limits/${index}`]);
    const rate = rule.rate_limit;
    const tool = pointer.split('/').at(-1)!.replaceAll('~1', '/').replaceAll('*', ':2a:');
    if (rate !== undefined) all.push([{ counter: `${tool}_rate`, max: typeof rate === 'string' ? 2 : rate.max }, `${pointer}/rate_limit`]);
    for (const [limit, at] of all) {
      const counter = counters.get(limit.counter) ?? { max: Number.POSITIVE_INFINITY, pointer: at, calls: 0, value: 0 };
      counters.set(limit.counter, counter);
      if (limit.max < counter.max) Object.assign(counter, { max: limit.max, pointer: at });
      if (limit.incrementFrom === undefined) counter.calls = 1;
      else {
        const value: any = own(made.args, 'a');
        if (typeof value !== 'number' || value < 0) return ['deny', 'requirement_not_met', 'a value'];
        counter.value = value;
      }
    }
  }
  for (const { max, calls, value, pointer } of counters.values())
    if (max === 0 || calls + value > max) return ['limit', 'limit_reached', pointer];
  return ['allow', 'allowed', null];
}

describe('against an independent evaluator', () => {
  it('there is no difference over 200 000 random pairs of document and call', () => {
    let pairs = 0;
    fc.assert(
      fc.property(written, fc.array(call, { minLength: 20, maxLength: 20 }), (document, calls) => {
        const read = readPolicy(source(document as Written));
        if (!read.ok) throw new Error(JSON.stringify(read.errors));
        const policy = compilePolicy(read.document);
        for (const made of calls) {
          pairs += 1;
          const { effect, code, rule } = decide(policy, made);
          const expected = naive(document as Written, made);
          const actual = [effect, code, expected[2] === 'a value' ? 'a value' : rule];
          if (String(actual) !== String(expected)) expect(actual).toEqual(expected);
        }
      }),
      { numRuns: 10_000 },
    );
    expect(pairs).toBeGreaterThanOrEqual(200_000);
  }, 120_000);
});
