import type { Decision, PolicyCharge, PolicyLease } from './decision.ts';
import { explainConcurrency, explainLimit, limitSubject } from './explain-limit.ts';
import { describeMicros, UNIT_MICROS } from './micros.ts';
import { describeWait } from './window.ts';

/** What the ledger says of a counter that has no room. */
export interface FullCounter {
  remainingMicros: number;
  retryAfterMs: number;
  /** When the wait is over; a Date, or ISO 8601. */
  resetAt: Date | string;
}

/** What a full counter makes of an allowed call. `allowed`: the decision that the charge is of, for its trace and its shadow. */
export function limitDecision(charge: PolicyCharge, full: FullCounter, allowed?: Decision): Decision {
  const { limit } = charge;
  const wait = describeWait(full.retryAfterMs);
  const rest =
    limit.by !== null && full.remainingMicros > 0
      ? `; ${describeMicros(full.remainingMicros)} remain, and this call asks for ${describeMicros(charge.amountMicros)}`
      : '';
  return {
    effect: 'limit',
    code: 'limit_reached',
    message: `${limitSubject(charge.subject)} limited to ${explainLimit(limit).replace('at most ', '')}${rest}; try again in ${wait}.`,
    rule: charge.rule,
    trace: [...traceBefore(allowed), { step: 'limits', result: 'full', rule: charge.rule, note: `${charge.counter}: free in ${wait}` }],
    charges: [],
    leases: [],
    ...(allowed?.shadow ? { shadow: allowed.shadow } : {}),
    limit: {
      counter: charge.counter,
      scope: charge.scope,
      max: limit.max,
      remaining: full.remainingMicros / UNIT_MICROS,
      retryAfterMs: full.retryAfterMs,
      resetAt: typeof full.resetAt === 'string' ? full.resetAt : full.resetAt.toISOString(),
    },
  };
}

/** What a full number of calls in flight makes of an allowed call. Trying again later can help; when, only the other calls know. */
export function leaseDecision(lease: PolicyLease, allowed?: Decision): Decision {
  const { key, scope, max, rule, subject } = lease;
  const limited = `${limitSubject(subject)} limited to ${explainConcurrency({ concurrency: max, scope }).replace('at most ', '')}`;
  return {
    effect: 'limit',
    code: 'limit_reached',
    message: `${limited}; try again when ${max === 1 ? 'that call' : 'one of them'} has ended.`,
    rule,
    trace: [...traceBefore(allowed), { step: 'limits', result: 'full', rule, note: `${max} in flight` }],
    charges: [],
    leases: [],
    ...(allowed?.shadow ? { shadow: allowed.shadow } : {}),
    lease: { key, scope, max },
  };
}

const traceBefore = (allowed: Decision | undefined): Decision['trace'] => (allowed?.trace ?? []).filter(({ step }) => step !== 'decision');
