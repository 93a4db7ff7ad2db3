import type { CompiledPolicy } from './compile.ts';
import type { PolicyDocument, PolicyEntry, PolicyLimit, PolicyRule, PolicyScope } from './document.ts';
import { sameJson } from './json.ts';

/** What a document enforces for one tool; null: no call passes. */
export interface Gate {
  require: PolicyEntry[];
  denyIf: PolicyEntry[];
  approveIf: PolicyRule['approveIf'];
  counters: GateCounter[];
  concurrency: PolicyRule['concurrency'];
  /** Whether an entry of any document names tools that this document lets through. */
  admits(name: string): boolean;
}

/** Limits of one tool that share a counter, as they are charged together. */
interface GateCounter {
  limit: PolicyLimit;
  maxMicros: number;
  /** What is added up: paths, or '' for calls. */
  adds: Set<string>;
  onUnavailable: 'deny' | 'allow';
  /** Every entry of the document that adds to the counter. */
  sharers: Set<string>;
}

/** The gate of a tool. Rules in shadow enforce nothing. */
export function gateOf(policy: CompiledPolicy | null, name: string): Gate | null {
  if (policy === null || policy.document === null) return null;
  const closed = (each: string) => policy.tool(each).refusals.some(({ shadow }) => !shadow);
  if (closed(name)) return null;
  const { document } = policy;
  const rules = policy
    .tool(name)
    .rules.filter(({ shadow }) => !shadow)
    .map(({ source }) => source);
  const counters = countersOf(document, rules);
  if (counters.some(({ maxMicros }) => maxMicros === 0)) return null;
  const all = <K extends 'require' | 'denyIf' | 'approveIf' | 'concurrency'>(key: K) =>
    rules.flatMap((rule) => rule[key] as PolicyRule[K][number][]);
  const gate: Gate = {
    require: all('require'),
    denyIf: all('denyIf'),
    approveIf: all('approveIf'),
    counters,
    concurrency: all('concurrency'),
    admits: (each) => !closed(each),
  };
  return gate.denyIf.some(({ conditions }) => conditions.length === 0) ? null : gate;
}

function countersOf(document: PolicyDocument, rules: PolicyRule[]): GateCounter[] {
  const counters = new Map<string, GateCounter>();
  for (const limit of rules.flatMap(({ limits }) => limits)) {
    const key = `${limit.scope}:${limit.counter}`;
    const { maxMicros, onUnavailable } = limit;
    const known = counters.get(key) ?? { limit, maxMicros, onUnavailable, adds: new Set<string>(), sharers: sharersOf(document).get(key)! };
    counters.set(key, known);
    if (maxMicros < known.maxMicros) Object.assign(known, { limit, maxMicros });
    if (onUnavailable === 'deny') known.onUnavailable = 'deny';
    known.adds.add(limit.by ?? '');
  }
  return [...counters.values()];
}

const remembered = new WeakMap<PolicyDocument, ReadonlyMap<string, Set<string>>>();

function sharersOf(document: PolicyDocument): ReadonlyMap<string, Set<string>> {
  const known = remembered.get(document);
  if (known) return known;
  const made = new Map<string, Set<string>>();
  const rules: [string, PolicyRule][] = [...document.tools];
  if (document.allTools) rules.push([ALL, document.allTools]);
  for (const [name, rule] of rules) {
    if (rule.mode === 'shadow' || document.mode === 'shadow') continue;
    for (const { scope, counter } of rule.limits) {
      const key = `${scope}:${counter}`;
      made.set(key, (made.get(key) ?? new Set()).add(name));
    }
  }
  remembered.set(document, made);
  return made;
}

const ALL = '\0all tools';

/** Whether `gate` lets through no call that `other` refuses, by its conditions alone. */
export function conditionsAsStrict(gate: Gate, other: Gate): boolean {
  const has = (entries: PolicyEntry[], entry: PolicyEntry) => entries.some((each) => sameConditions(each, entry));
  return (
    other.require.every((entry) => has(gate.require, entry)) &&
    other.denyIf.every((entry) => has(gate.denyIf, entry)) &&
    other.approveIf.every(
      (entry) => has(gate.denyIf, entry) || gate.approveIf.some((each) => sameConditions(each, entry) && each.approvals >= entry.approvals),
    )
  );
}

function sameConditions(a: PolicyEntry, b: PolicyEntry): boolean {
  const plain = (entry: PolicyEntry) => entry.conditions.map(({ path, op, value, match }) => ({ path, op, value, match }));
  return sameJson(plain(a), plain(b));
}

const WIDTH: Record<PolicyScope, number> = { grant: 0, server: 1, organization: 2 };

/** Whether every limit of `other` is implied by one of `gate`. */
export function limitsAsStrict(gate: Gate, other: Gate): boolean {
  return (
    other.counters.every((limit) => gate.counters.some((each) => implies(each, limit, gate))) &&
    other.concurrency.every((limit) =>
      gate.concurrency.some((each) => each.concurrency <= limit.concurrency && WIDTH[each.scope] >= WIDTH[limit.scope]),
    )
  );
}

function implies(a: GateCounter, b: GateCounter, gate: Gate): boolean {
  return (
    mostIn(a.limit.windowMs, a.maxMicros, b.limit.windowMs) <= b.maxMicros &&
    [...b.adds].every((path) => a.adds.has(path)) &&
    WIDTH[a.limit.scope] >= WIDTH[b.limit.scope] &&
    (a.sharers.has(ALL) || [...b.sharers].every((name) => a.sharers.has(name) || (name !== ALL && !gate.admits(name)))) &&
    (a.onUnavailable === 'deny' || b.onUnavailable === 'allow') &&
    a.limit.refundOn.every((why) => b.limit.refundOn.includes(why))
  );
}

/** The most that `max` per window lets through in another window: 30 a minute are 60 in two. */
export const mostIn = (windowMs: number, max: number, otherMs: number): number => max * Math.ceil(otherMs / windowMs);
