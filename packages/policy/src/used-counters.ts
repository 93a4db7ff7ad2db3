/** Counters in a given state, for calls that are only tried. */
import type { Decision, PolicyCharge, PolicyLease } from './decision.ts';
import { leaseDecision, limitDecision } from './limit-decision.ts';
import { UNIT_MICROS } from './micros.ts';

/** How full a counter is before the call that is tried. */
export interface UsedCounter {
  /** Of `counterKey` or `leaseKey`. */
  key: string;
  /** Calls, or what a limit by value adds up; of calls in flight, how many. */
  units: number;
  /** Until enough is free again; absent: the whole window, as if all of it was taken just now. */
  freeInMs?: number | undefined;
}

/** Counters of one name in two scopes are two. */
export const counterKey = ({ scope, counter }: Pick<PolicyCharge, 'scope' | 'counter'>): string => `${scope}:${counter}`;

export const leaseKey = ({ scope, key }: Pick<PolicyLease, 'scope' | 'key'>): string => `${scope}:in flight:${key}`;

/** An allowed call, charged all or nothing: the first counter that has no room decides. A limit in shadow is only told. @param now ms since 1970 */
export function chargeUsed(allowed: Decision, used: readonly UsedCounter[], now: number): Decision {
  const full = allowed.shadow ?? fullOf(allowed.shadowCharges ?? [], allowed.shadowLeases ?? [], used, now);
  if (!full) return fullOf(allowed.charges, allowed.leases, used, now, allowed) ?? allowed;
  const { effect, code, rule, message } = full;
  const told = { ...allowed, shadow: { effect, code, rule, message } };
  return fullOf(allowed.charges, allowed.leases, used, now, told) ?? told;
}

function fullOf(
  charges: readonly PolicyCharge[],
  leases: readonly PolicyLease[],
  used: readonly UsedCounter[],
  now: number,
  allowed?: Decision,
): Decision | null {
  const stateOf = (key: string) => used.find((one) => one.key === key);
  for (const charge of charges) {
    const { units = 0, freeInMs: retryAfterMs = charge.windowMs } = stateOf(counterKey(charge)) ?? {};
    const usedMicros = Math.round(units * UNIT_MICROS);
    if (usedMicros + charge.amountMicros <= charge.maxMicros) continue;
    const remainingMicros = Math.max(0, charge.maxMicros - usedMicros);
    return limitDecision(charge, { remainingMicros, retryAfterMs, resetAt: new Date(now + retryAfterMs) }, allowed);
  }
  const full = leases.find((lease) => (stateOf(leaseKey(lease))?.units ?? 0) >= lease.max);
  return full ? leaseDecision(full, allowed) : null;
}
