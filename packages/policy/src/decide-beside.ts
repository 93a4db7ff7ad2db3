/** A policy in its shadow period: decided by beside the one in force, and only recorded. */
import type { PolicyCall } from './call.ts';
import type { CompiledPolicy } from './compile.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';

/** The version that takes force when its shadow period is over. */
export interface ShadowPolicy {
  version: number;
  compiled: CompiledPolicy;
}

/** Decides a call by the policy in force, and says beside it what the other one would have made of the same call. */
export function decideBeside(policy: CompiledPolicy | null, shadow: ShadowPolicy, call: PolicyCall): Decision {
  return beside(decide(policy, call), decide(shadow.compiled, call), shadow.version);
}

/**
 * A decision with what a version in its shadow period would have decided in place of what its own shadow rules would have: there is one
 * shadow. Of a call that both let pass, the other one's limits are counted in shadow; of one that the policy in force refuses they are not,
 * since it never ran.
 */
export function beside(decision: Decision, would: Decision, version: number): Decision {
  const { shadow: _, shadowCharges: _charges, shadowLeases: _leases, ...enforced } = decision;
  const { effect, code, rule, message, charges, leases } = would;
  if (effect !== enforced.effect || code !== enforced.code) return { ...enforced, shadow: { effect, code, rule, message, version } };
  return {
    ...enforced,
    ...(charges.length > 0 ? { shadowCharges: charges } : {}),
    ...(leases.length > 0 ? { shadowLeases: leases } : {}),
  };
}
