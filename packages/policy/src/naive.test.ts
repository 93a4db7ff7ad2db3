// biome-ignore-all lint/suspicious/noExplicitAny: it reads JSON as written, without the types of the real evaluator
/** A second evaluator: slow, written from the language's text, over the JSON as written, without a line of the real one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWritten, call, METHODS, source, type Written } from '../testdata/arbitrary.ts';
import type { PolicyCall } from './call.ts';
import { compilePolicy } from './compile.ts';
import { decide, decideMethod } from './decide.ts';
import type { Decision, PolicyCharge, PolicyLease } from './decision.ts';
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
  const [root, ...names] = path.match(/"[^"]*"|[^.[\]"]+/g)!;
  let values: unknown[] = [(made as any)[root!]];
  for (const name of names) {
    if (name === '*') values = values.flatMap((value) => (Array.isArray(value) ? value : [NOTHING]));
    else if (path.includes(`[${name}]`) && !name.startsWith('"')) {
      values = values.map((value) => (Array.isArray(value) && Number(name) < value.length ? value[Number(name)] : NOTHING));
    } else values = values.map((value) => (kind(value) === 'object' ? own(value, name.replaceAll('"', '')) : NOTHING));
  }
  return values;
}

const kind = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);
const say = (truth: boolean): Answer => (truth ? 'yes' : 'no');
const opposite = (answer: Answer): Answer => (answer === 'unknown' ? answer : say(answer === 'no'));
const spelt = (value: any): string =>
  kind(value) === 'object'
    ? `{${Object.keys(value)
        .sort()
        .map((key) => `${key}:${spelt(value[key])}`)}}`
    : kind(value) === 'list'
      ? `[${value.map(spelt)}]`
      : JSON.stringify(value);
const equal = (a: unknown, b: unknown): Answer =>
  b === null ? say(a === null) : kind(a) !== kind(b) ? 'unknown' : say(spelt(a) === spelt(b));
/** Three answers in one: any yes, else any doubt, else no. */
const any = (answers: Answer[]): Answer => (answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no');

function moment(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:\d\d))?$/.test(text)) return null;
  const day = text.slice(0, 10);
  const date = new Date(day);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day ? null : Date.parse(text);
}

function ordered(op: string, value: any, actual: any): Answer {
  const [a, b] = typeof value === 'number' ? [typeof actual === 'number' ? actual : null, value] : [moment(actual), moment(value)];
  if (a === null || b === null || !Number.isFinite(a)) return 'unknown';
  return say({ lt: a < b, lte: a < b || a === b, gt: a > b, gte: a > b || a === b }[op]!);
}

function host(text: string): string | null {
  const authority = /^(?:https?|wss?|ftp):\/\/([^/?#]+)/i.exec(text)?.[1];
  if (!authority || /[\s\\]/.test(text)) return null;
  return authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase()
    .replace(/\.$/, '');
}

/** By rewriting the text until nothing more can be taken out. */
function resolved(text: string): string | null {
  if (text === '' || text[0] === '~' || /[\\\0]/.test(text)) return null;
  let path = `${text}/`;
  for (let before = ''; before !== path; ) {
    before = path;
    path = path
      .replace(/\/\/+/g, '/')
      .replace(/^\.\//, '')
      .replace('/./', '/')
      .replace(/^\/\.\.\//, '/')
      .replace(/(^|\/)(?!\.\.\/)[^/]+\/\.\.\//, '$1');
  }
  return path;
}

function within(path: string, root: string): Answer {
  const climbs = (text: string) => text.split('../').length - 1;
  if ((path[0] === '/') !== (root[0] === '/') || climbs(path) !== climbs(root)) return 'unknown';
  return say(path.startsWith(root));
}

function textual(op: string, value: any, actual: string): Answer {
  if (op === 'contains') return typeof value === 'string' ? say(actual.split(value).length > 1) : 'unknown';
  if (op === 'starts_with') return say(actual.slice(0, value.length) === value);
  if (op === 'ends_with') return say(actual.length >= value.length && actual.slice(actual.length - value.length) === value);
  if (op === 'regex') return say(new RegExp(value, 'u').test(actual));
  const wanted: string[] = [value].flat();
  if (op === 'url_host_in') {
    const is = host(actual);
    return is === null ? 'unknown' : any(wanted.map((each) => say(globMatches(each.toLowerCase(), is))));
  }
  const path = resolved(actual);
  return path === null ? 'unknown' : any(wanted.map((each) => within(path, resolved(each)!)));
}

const TYPE_TESTS: Record<string, (value: any) => boolean> = {
  integer: (value) => typeof value === 'number' && value % 1 === 0,
  array: (value) => kind(value) === 'list',
};

function one(op: string, value: any, actual: any): Answer {
  if (op === 'exists') return actual === null ? 'unknown' : say((actual !== NOTHING) === value);
  if (actual === NOTHING) return 'unknown';
  if (op === 'eq') return equal(actual, value);
  if (op === 'neq') return opposite(equal(actual, value));
  if (op === 'not_in') return opposite(one('in', value, actual));
  if (op === 'in') {
    if (value.some((each: unknown) => kind(each) === kind(actual) && spelt(each) === spelt(actual))) return 'yes';
    return value.length > 0 && !value.some((each: unknown) => kind(each) === kind(actual)) ? 'unknown' : 'no';
  }
  if (op === 'type_is') return say((TYPE_TESTS[value] ?? ((each) => kind(each) === value))(actual));
  if (['lt', 'lte', 'gt', 'gte'].includes(op)) return ordered(op, value, actual);
  if (op === 'min_length' || op === 'max_length') {
    if (typeof actual !== 'string' && !Array.isArray(actual)) return 'unknown';
    const length = Array.from(actual).length;
    return say(op === 'min_length' ? length >= value : length <= value);
  }
  if (op === 'contains' && Array.isArray(actual)) return any(actual.map((each) => equal(each, value)));
  return typeof actual === 'string' ? textual(op, value, actual) : 'unknown';
}

function holds(entry: Any, list: string, made: PolicyCall): boolean {
  const conditions: Any[] = entry.conditions ?? [entry];
  return conditions.every((condition) => {
    const truths = valuesAt(condition.path, made).map((value) => {
      const answer = one(condition.op, condition.value, value);
      return answer === 'unknown' ? list !== 'require' : answer === 'yes';
    });
    const all = !condition.path.includes('[*]') || (condition.match ?? (list === 'require' ? 'every' : 'some')) === 'every';
    return all ? truths.every((truth) => truth) : truths.some((truth) => truth);
  });
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
type Verdict = [effect: string, code: string, rule: string | null];
type Named = [pointer: string, rule: Any];

/** The first enforced verdict, and the first of those before it that are only recorded. */
function naive(document: Written, made: PolicyCall): { verdict: Verdict; shadow: Verdict | null } {
  if (made.paused) return { verdict: ['deny', 'paused', null], shadow: null };
  if (made.tool.state !== 'active') return { verdict: ['deny', 'tool_quarantined', null], shadow: null };
  let shadow: Verdict | null = null;
  for (const { verdict, recorded } of verdicts(document, made)) {
    if (!recorded) return { verdict, shadow };
    shadow ??= verdict;
  }
  return { verdict: ['allow', 'allowed', null], shadow };
}

function* verdicts(document: Written, made: PolicyCall): Generator<{ verdict: Verdict; recorded: boolean }> {
  const name = made.tool.name;
  const whole = document.mode === 'shadow';
  const is = (rule: Any) => whole || rule.mode === 'shadow';
  const hide = (document.hide ?? []).findIndex((glob) => globMatches(glob, name));
  if (hide >= 0) yield { verdict: ['deny', 'hidden', `/hide/${hide}`], recorded: whole };
  const found = ruleFor(document.tools as [string, Any][], name);
  const rules = rulesOf(document, name);
  for (const [at, rule] of rules) if (rule.action === 'hide') yield { verdict: ['deny', 'hidden', `${at}/action`], recorded: is(rule) };
  if (!found && document.default === 'deny') yield { verdict: ['deny', 'default_deny', '/default'], recorded: whole };
  for (const [at, rule] of rules) if (rule.action === 'deny') yield { verdict: ['deny', 'denied', `${at}/action`], recorded: is(rule) };
  for (const [list, effect, code] of [
    ['require', 'deny', 'requirement_not_met'],
    ['deny_if', 'deny', 'deny_if_matched'],
    ['approve_if', 'pending', 'approval_required'],
  ] as const) {
    if (list === 'approve_if' && made.approved) continue;
    for (const [at, rule] of rules) {
      for (const [index, entry] of (rule[list] ?? []).entries())
        if (holds(entry, list, made) !== (list === 'require'))
          yield { verdict: [effect, code, `${at}/${list}/${index}`], recorded: is(rule) };
    }
  }
  for (const recorded of [true, false]) {
    const { verdict } = limits(
      rules.filter(([, rule]) => is(rule) === recorded),
      made,
    );
    if (verdict) yield { verdict, recorded };
  }
}

/** The rules of a tool, with their place: those that count for its limits. */
function rulesOf(document: Written, name: string): Named[] {
  const found = ruleFor(document.tools as [string, Any][], name);
  const rules: Named[] = document.all_tools ? [['/all_tools', document.all_tools as Any]] : [];
  return found ? [...rules, [`/tools/${escaped(found[0])}`, found[1]]] : rules;
}

/** What an allowed call takes: of the enforced limits, and of those in shadow unless a rule in shadow refused it. */
function taken(document: Written, made: PolicyCall): Record<'charges' | 'leases' | 'shadowCharges' | 'shadowLeases', string[]> {
  const nothing = { charges: [], leases: [], shadowCharges: [], shadowLeases: [] };
  const { verdict, shadow } = naive(document, made);
  if (verdict[0] !== 'allow') return nothing;
  const rules = rulesOf(document, made.tool.name);
  const is = (rule: Any) => document.mode === 'shadow' || rule.mode === 'shadow';
  const enforced = rules.filter(([, rule]) => !is(rule));
  const own = { charges: limits(enforced, made).charges, leases: leases(enforced) };
  if (shadow) return { ...nothing, ...own };
  const recorded = rules.filter(([, rule]) => is(rule));
  return { ...own, shadowCharges: limits(recorded, made).charges, shadowLeases: leases(recorded) };
}

function leases(rules: Named[]): string[] {
  return rules.flatMap(([pointer, rule]) =>
    ['grant', 'server', 'organization'].flatMap((scope) => {
      const all = (rule.limits ?? []).filter((limit: Any) => limit.concurrency !== undefined && (limit.scope ?? 'grant') === scope);
      if (all.length === 0) return [];
      const least = Math.min(...all.map((limit: Any) => limit.concurrency));
      const index = rule.limits.indexOf(all.find((limit: Any) => limit.concurrency === least));
      return [`${scope} ${pointer.split('/')[1]} ${least} ${pointer}/limits/${index}`];
    }),
  );
}

interface Counted {
  max: number;
  pointer: string;
  calls: number;
  value: number;
  refunds: string[];
  failsOpen: boolean;
}

/** One count a counter: calls once, and each argument once. */
function limits(rules: Named[], made: PolicyCall): { verdict: Verdict | null; charges: string[] } {
  const counters = new Map<string, Counted>();
  for (const [pointer, rule] of rules) {
    const all = (rule.limits ?? []).map((limit: Any, index: number) => [limit, `${pointer}/limits/${index}`]);
    const rate = rule.rate_limit;
    const tool = pointer.split('/').at(-1)!.replaceAll('~1', '/').replaceAll('*', ':2a:');
    if (rate !== undefined) all.push([{ counter: `${tool}_rate`, max: typeof rate === 'string' ? 2 : rate.max }, `${pointer}/rate_limit`]);
    for (const [limit, at] of all) {
      if (limit.concurrency !== undefined) continue;
      const key = `${limit.scope ?? 'grant'} ${limit.counter}`;
      const unused = { max: Number.POSITIVE_INFINITY, pointer: at, calls: 0, value: 0, refunds: ['tool_error'], failsOpen: true };
      const counter = counters.get(key) ?? unused;
      counters.set(key, counter);
      if (limit.max < counter.max) Object.assign(counter, { max: limit.max, pointer: at });
      if (!limit.refund_on?.includes('tool_error')) counter.refunds = [];
      if (limit.on_unavailable !== 'allow') counter.failsOpen = false;
      if (limit.incrementFrom === undefined) counter.calls = 1;
      else {
        const value: any = kind(made.args) === 'object' ? own(made.args, 'a') : NOTHING;
        if (typeof value !== 'number' || value < 0 || value > 1e9)
          return { verdict: ['deny', 'requirement_not_met', 'a value'], charges: [] };
        counter.value = value;
      }
    }
  }
  for (const { max, calls, value, pointer } of counters.values())
    if (max === 0 || calls + value > max) return { verdict: ['limit', 'limit_reached', pointer], charges: [] };
  const charges = [...counters].map(
    ([key, { max, pointer, calls, value, refunds, failsOpen }]) =>
      `${key} ${Math.round((calls + value) * 1e6)} of ${max * 1e6} ${pointer} ${refunds} ${failsOpen ? 'allow' : 'deny'}`,
  );
  return { verdict: null, charges };
}

const chargeText = (c: PolicyCharge) =>
  `${c.scope} ${c.counter} ${c.amountMicros} of ${c.maxMicros} ${c.rule} ${c.refundOn} ${c.onUnavailable}`;
const leaseText = ({ scope, max, rule }: PolicyLease) => `${scope} ${rule.split('/')[1]} ${max} ${rule}`;
/** Leases of one rule in several scopes come in the order in which the rule has them, which does not matter. */
const takenBy = ({ charges, leases: inFlight, shadowCharges = [], shadowLeases = [] }: Decision) => ({
  charges: charges.map(chargeText),
  leases: inFlight.map(leaseText).sort(),
  shadowCharges: shadowCharges.map(chargeText),
  shadowLeases: shadowLeases.map(leaseText).sort(),
});

const told = (verdict: { effect: string; code: string; rule: string | null } | undefined, expected: Verdict | null): string =>
  verdict ? String([verdict.effect, verdict.code, expected?.[2] === 'a value' ? 'a value' : verdict.rule]) : 'null';

const KINDS = ['charges', 'leases', 'shadowCharges', 'shadowLeases'] as const;

describe('against an independent evaluator', () => {
  it('there is no difference over 200 000 random pairs of document and call', () => {
    let pairs = 0;
    let methods = 0;
    const seed = Math.floor(Math.random() * 2 ** 31);
    const codes = new Map<string, number>();
    const compared = new Map<string, number>();
    fc.assert(
      fc.property(anyWritten, fc.array(call, { minLength: 20, maxLength: 20 }), (document, calls) => {
        const written = document as Written;
        const read = readPolicy(source(written));
        if (!read.ok) throw new Error(JSON.stringify(read.errors));
        const policy = compilePolicy(read.document);
        for (const method of METHODS) {
          methods += 1;
          const listed = ruleFor(Object.entries(written.methods ?? {}) as [string, any][], method)?.[1] ?? written.default;
          expect(decideMethod(policy, method)).toBe(written.mode === 'shadow' ? 'allow' : listed);
        }
        for (const made of calls) {
          pairs += 1;
          const decision = decide(policy, made);
          const { verdict, shadow } = naive(written, made);
          codes.set(decision.code, (codes.get(decision.code) ?? 0) + 1);
          const actual = [told(decision, verdict), told(decision.shadow, shadow), takenBy(decision)];
          const all = taken(written, made);
          const expected = [String(verdict), String(shadow), { ...all, leases: all.leases.sort(), shadowLeases: all.shadowLeases.sort() }];
          if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
          for (const kind of KINDS) if (all[kind].length > 0) compared.set(kind, (compared.get(kind) ?? 0) + 1);
          if (all.charges.some((text) => text.includes('tool_error'))) compared.set('refund_on', (compared.get('refund_on') ?? 0) + 1);
        }
      }),
      { numRuns: 10_000, seed },
    );
    const counts = [...codes, ...compared].map(([what, count]) => `${what} ${count}`).join(', ');
    console.log(`${pairs} pairs and ${methods} methods, seed ${seed}, no difference: ${counts}`);
    expect(pairs).toBeGreaterThanOrEqual(200_000);
    // A run that compared nothing but denials would say little.
    for (const code of ['allowed', 'requirement_not_met', 'deny_if_matched', 'approval_required', 'limit_reached'])
      expect(codes.get(code), code).toBeGreaterThan(200);
    for (const kind of [...KINDS, 'refund_on']) expect(compared.get(kind), kind).toBeGreaterThan(200);
  }, 300_000);
});
