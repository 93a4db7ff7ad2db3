// biome-ignore-all lint/suspicious/noExplicitAny: it reads JSON as written, without the types of the real evaluator
/** A second evaluator: slow, written from the language's text, over the JSON as written, without a line of the real one. */
import type { PolicyCall } from '../src/call.ts';
import type { Written } from './arbitrary.ts';
import { type Any, globMatches, holds, kind, NOTHING, own, ruleFor } from './naive-conditions.ts';

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
export type Verdict = [effect: string, code: string, rule: string | null];
type Named = [pointer: string, rule: Any];

/** The first enforced verdict, and the first of those before it that are only recorded. */
export function naive(document: Written, made: PolicyCall): { verdict: Verdict; shadow: Verdict | null } {
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
export function taken(document: Written, made: PolicyCall): Record<'charges' | 'leases' | 'shadowCharges' | 'shadowLeases', string[]> {
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

