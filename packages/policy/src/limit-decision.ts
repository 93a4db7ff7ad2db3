import type { Decision, PolicyCharge } from './decision.ts';
import { explainLimit, limitSubject } from './explain-limit.ts';
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
  const trace = (allowed?.trace ?? []).filter((step) => step.step !== 'decision');
  return {
    effect: 'limit',
    code: 'limit_reached',
    message: `${limitSubject(charge.subject)} limited to ${explainLimit(limit).replace('at most ', '')}${rest}; try again in ${wait}.`,
    rule: charge.rule,
    trace: [...trace, { step: 'limits', result: 'full', rule: charge.rule, note: `${charge.counter}: free in ${wait}` }],
    charges: [],
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
