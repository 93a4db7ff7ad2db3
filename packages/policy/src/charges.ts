import type { PolicyCall } from './call.ts';
import type { CompiledRule } from './compile.ts';
import type { PolicyCharge } from './decision.ts';
import type { PolicyLimit } from './document.ts';
import { toMicros, UNIT_MICROS } from './micros.ts';
import { MISSING, parseValuePath, readValue, type ValuePath } from './value-path.ts';

/** What the limits of a tool take from their counters. */
export interface CompiledCharges {
  /** For every call the same: no limit adds an argument's value. Null: read each call. */
  constant: PolicyCharge[] | null;
  read(call: PolicyCall): { ok: true; charges: PolicyCharge[] } | { ok: false; limit: PolicyLimit; problem: string };
}

interface Group {
  /** Without its amount. */
  charge: PolicyCharge;
  counted: boolean;
  values: { limit: PolicyLimit; steps: ValuePath['steps'] }[];
}

/**
 * The charges of rules in their order. Limits of one call that name one counter in one scope are one charge: each distinct `by` is added
 * once, and the smallest maximum holds; else a call would count twice.
 */
export function compileCharges(rules: CompiledRule[]): CompiledCharges {
  const groups = new Map<string, Group>();
  for (const rule of rules) for (const limit of rule.source.limits) addLimit(groups, limit, rule.subject);
  const all = [...groups.values()];
  const constant = all.every((group) => group.values.length === 0) ? all.map(({ charge }) => charge) : null;
  return { constant, read: (call) => (constant ? { ok: true, charges: [...constant] } : readCharges(all, call)) };
}

function addLimit(groups: Map<string, Group>, limit: PolicyLimit, subject: string): void {
  const key = `${limit.scope}:${limit.counter}`;
  let group = groups.get(key);
  if (!group) {
    group = { charge: chargeOf(limit, subject), counted: false, values: [] };
    groups.set(key, group);
  }
  const { charge } = group;
  const { onUnavailable, refundOn } = charge;
  // Of limits that share a charge, the smallest maximum holds, and the strictest answer to an unreachable ledger and to a failed call.
  if (limit.maxMicros < charge.maxMicros) Object.assign(charge, chargeOf(limit, subject));
  charge.onUnavailable = limit.onUnavailable === 'deny' ? 'deny' : onUnavailable;
  charge.refundOn = refundOn.filter((why) => limit.refundOn.includes(why));
  if (limit.by === null) group.counted = true;
  else if (!group.values.some((value) => value.limit.by === limit.by)) group.values.push({ limit, steps: stepsOf(limit.by) });
}

function chargeOf(limit: PolicyLimit, subject: string): PolicyCharge {
  const { counter, scope, windowMs, maxMicros, pointer: rule, onUnavailable, refundOn } = limit;
  return { limit, counter, scope, windowMs, amountMicros: UNIT_MICROS, maxMicros, rule, onUnavailable, refundOn, subject };
}

function stepsOf(by: string): ValuePath['steps'] {
  const path = parseValuePath(by);
  if (typeof path === 'string') throw new Error(`"by": the path ${path}`);
  return path.steps;
}

function readCharges(groups: Group[], call: PolicyCall): ReturnType<CompiledCharges['read']> {
  const charges: PolicyCharge[] = [];
  for (const group of groups) {
    let amountMicros = group.counted ? UNIT_MICROS : 0;
    if (group.values.length === 0) amountMicros = UNIT_MICROS;
    for (const { limit, steps } of group.values) {
      const value = readValue(call.args, steps);
      const read = value === MISSING ? ({ ok: false, problem: 'is missing' } as const) : toMicros(value);
      if (!read.ok) return { ok: false, limit, problem: read.problem };
      amountMicros += read.micros;
      if (!Number.isSafeInteger(amountMicros)) return { ok: false, limit, problem: 'is too large' };
    }
    charges.push({ ...group.charge, amountMicros });
  }
  return { ok: true, charges };
}
