import type { CompiledPolicy } from './compile.ts';
import type { PolicyLease } from './decision.ts';
import type { PolicyApproval, PolicyEntry, PolicyLimit, PolicyRule, PolicyScope } from './document.ts';
import { sameJson } from './json.ts';

/** What a document enforces for one tool; null: no call passes. */
export interface Gate {
  require: PolicyEntry[];
  denyIf: PolicyEntry[];
  approveIf: PolicyRule['approveIf'];
  counters: GateCounter[];
  leases: GateLease[];
  /** Whether the document lets a tool through. */
  admits(name: string): boolean;
}

/** Limits of one tool that share a counter, as they are charged together. */
interface GateCounter {
  limit: PolicyLimit;
  maxMicros: number;
  /** What is added up: paths, or '' for calls. */
  adds: Set<string>;
  onUnavailable: 'deny' | 'allow';
  refundOn: string[];
  /** Every tool whose calls add to the counter. */
  sharers: ReadonlySet<string>;
}

interface GateLease {
  max: number;
  scope: PolicyScope;
  sharers: ReadonlySet<string>;
}

/** The gate of a tool. Rules in shadow enforce nothing. `names`: a tool of every kind that the documents tell apart. */
export function gateOf(policy: CompiledPolicy | null, name: string, names: readonly string[]): Gate | null {
  if (policy === null || policy.document === null) return null;
  if (!isOpen(policy, name)) return null;
  const sharers = sharersOf(policy, names);
  const rules = enforcedRules(policy, name);
  const all = <K extends 'require' | 'denyIf' | 'approveIf'>(key: K) => rules.flatMap((rule) => rule[key] as PolicyRule[K][number][]);
  const leases = policy.tool(name).leases.map((lease) => ({ ...lease, sharers: sharers.get(leaseId(lease))! }));
  return {
    require: all('require'),
    denyIf: all('denyIf'),
    approveIf: all('approveIf'),
    counters: countersOf(rules, sharers),
    leases,
    admits: (each) => isOpen(policy, each),
  };
}

/** Whether some call of the tool may pass. */
function isOpen(policy: CompiledPolicy, name: string): boolean {
  if (policy.tool(name).refusals.some(({ shadow }) => !shadow)) return false;
  return enforcedRules(policy, name).every(
    ({ limits, denyIf }) => limits.every(({ maxMicros }) => maxMicros > 0) && denyIf.every(({ conditions }) => conditions.length > 0),
  );
}

const enforcedRules = (policy: CompiledPolicy, name: string): PolicyRule[] =>
  policy.tool(name).rules.flatMap(({ shadow, source }) => (shadow ? [] : [source]));

const counterId = ({ scope, counter }: Pick<PolicyLimit, 'scope' | 'counter'>) => `${scope}:${counter}`;
const leaseId = ({ scope, key }: PolicyLease) => `in flight ${scope}:${key}`;

function countersOf(rules: PolicyRule[], sharersOfAll: ReadonlyMap<string, Set<string>>): GateCounter[] {
  const counters = new Map<string, GateCounter>();
  for (const limit of rules.flatMap(({ limits }) => limits)) {
    const key = counterId(limit);
    const { maxMicros, onUnavailable, refundOn } = limit;
    const sharers = sharersOfAll.get(key)!;
    const known: GateCounter = counters.get(key) ?? { limit, maxMicros, onUnavailable, refundOn, adds: new Set<string>(), sharers };
    counters.set(key, known);
    if (maxMicros < known.maxMicros) Object.assign(known, { limit, maxMicros });
    if (onUnavailable === 'deny') known.onUnavailable = 'deny';
    known.refundOn = known.refundOn.filter((why) => refundOn.some((each) => each === why));
    known.adds.add(limit.by ?? '');
  }
  return [...counters.values()];
}

const remembered = new WeakMap<CompiledPolicy, { names: readonly string[]; sharers: ReadonlyMap<string, Set<string>> }>();

function sharersOf(policy: CompiledPolicy, names: readonly string[]): ReadonlyMap<string, Set<string>> {
  const known = remembered.get(policy);
  if (known?.names === names) return known.sharers;
  const sharers = new Map<string, Set<string>>();
  const add = (id: string, name: string) => sharers.set(id, (sharers.get(id) ?? new Set()).add(name));
  for (const name of names) {
    if (!isOpen(policy, name)) continue;
    for (const { limits } of enforcedRules(policy, name)) for (const limit of limits) add(counterId(limit), name);
    for (const lease of policy.tool(name).leases) add(leaseId(lease), name);
  }
  remembered.set(policy, { names, sharers });
  return sharers;
}

/** Whether `gate` lets through no call that `other` refuses, by its conditions alone. */
export function conditionsAsStrict(gate: Gate, other: Gate): boolean {
  const has = (entries: PolicyEntry[], entry: PolicyEntry) => entries.some((each) => sameConditions(each, entry));
  return (
    other.require.every((entry) => has(gate.require, entry)) &&
    other.denyIf.every((entry) => has(gate.denyIf, entry)) &&
    other.approveIf.every((entry) => has(gate.denyIf, entry) || gate.approveIf.some((each) => isStricterApproval(each, entry)))
  );
}

function isStricterApproval(a: PolicyApproval, b: PolicyApproval): boolean {
  return sameConditions(a, b) && a.approvals >= b.approvals && (a.excludeRequester || !b.excludeRequester);
}

function sameConditions(a: PolicyEntry, b: PolicyEntry): boolean {
  const plain = (entry: PolicyEntry) => entry.conditions.map(({ path, op, value, match }) => ({ path, op, value, match }));
  return sameJson(plain(a), plain(b)) === true;
}

/** Whether one that shares the second's counter shares the first's. A grant reaches several servers, and a server is reached by several grants. */
const isWider = (a: PolicyScope, b: PolicyScope): boolean => a === b || a === 'organization';

/** Which of the tools that shared a counter, and no longer do, still take from theirs; remembers the answers, for each tool asks. */
export class Sharing {
  readonly #takes: (gate: Gate, name: string) => boolean;
  readonly #certain: boolean;
  readonly #covered = new WeakMap<ReadonlySet<string>, WeakMap<ReadonlySet<string>, boolean>>();

  /** `certain`: a counter counts as not covered only where that surely lets more through. */
  constructor(takes: (gate: Gate, name: string) => boolean, certain: boolean) {
    this.#takes = takes;
    this.#certain = certain;
  }

  /** Whether all tools that share `b`, and still take, share `a`. Smaller counters apart may still be no more than the one was. */
  covers(a: Shared, b: Shared, gate: Gate, isSmaller: boolean): boolean {
    if (this.#certain && isSmaller) return true;
    const known = this.#covered.get(a.sharers) ?? new WeakMap<ReadonlySet<string>, boolean>();
    this.#covered.set(a.sharers, known);
    const made = known.get(b.sharers) ?? [...b.sharers].every((name) => a.sharers.has(name) || !this.#takes(gate, name));
    known.set(b.sharers, made);
    return made;
  }
}

type Shared = Pick<GateLease, 'sharers'>;

/** Whether every limit of `other` is implied by one of `gate`. */
export function limitsAsStrict(gate: Gate, other: Gate, sharing: Sharing): boolean {
  return (
    (passesInTheDark(other) || !passesInTheDark(gate)) &&
    other.counters.every((limit) =>
      gate.counters.some((each) => implies(each, limit) && sharing.covers(each, limit, gate, isSmaller(each, limit))),
    ) &&
    other.leases.every((lease) =>
      gate.leases.some(
        (each) => each.max <= lease.max && isWider(each.scope, lease.scope) && sharing.covers(each, lease, gate, each.max < lease.max),
      ),
    )
  );
}

/** Whether calls pass while the ledger cannot be reached. */
function passesInTheDark({ counters, leases }: Gate): boolean {
  return leases.length === 0 && counters.every(({ onUnavailable }) => onUnavailable === 'allow');
}

function implies(a: GateCounter, b: GateCounter): boolean {
  return (
    mostIn(a.limit.windowMs, a.maxMicros, b.limit.windowMs) <= b.maxMicros &&
    [...b.adds].every((path) => a.adds.has(path)) &&
    isWider(a.limit.scope, b.limit.scope) &&
    a.refundOn.every((why) => b.refundOn.includes(why))
  );
}

const isSmaller = (a: GateCounter, b: GateCounter): boolean => mostIn(a.limit.windowMs, a.maxMicros, b.limit.windowMs) < b.maxMicros;

/** The most that `max` per window lets through in another window: 30 a minute are 60 in two. */
export const mostIn = (windowMs: number, max: number, otherMs: number): number => max * Math.ceil(otherMs / windowMs);
