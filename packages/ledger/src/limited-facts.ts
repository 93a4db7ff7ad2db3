/** The audit event of a call that a full counter, or a full number of calls in flight, refused. */
import type { AuditFacts } from '@toolgate/audit/event';
import type { RefusalText } from './ledger.ts';

export interface FullLimit {
  remainingMicros: number;
  retryAfterMs: number;
  resetAt: Date;
}

/** @param facts of the same call, had it been allowed. */
export function limitedFacts(facts: AuditFacts, refusal: RefusalText, full: FullLimit): AuditFacts {
  const { message, rule, counter, scope, max } = refusal;
  const { trace, ...detail } = facts.detail;
  const { remainingMicros, retryAfterMs, resetAt } = full;
  return {
    ...facts,
    ...LIMITED,
    message,
    rule,
    detail: {
      ...detail,
      ...(trace ? { trace: [...stepsBefore(trace), fullStep(refusal)] } : {}),
      limit: { counter, scope, max, remaining: remainingMicros / 1e6, retryAfterMs, resetAt: resetAt.toISOString() },
    },
  };
}

export const LIMITED = { decision: 'limited', code: 'limit_reached' } as const;

/** What the audit log says of a call that a limit in shadow would have refused. */
export const shadowFact = ({ rule, shadowVersion }: RefusalText): NonNullable<AuditFacts['detail']['shadow']> => ({
  effect: 'limit',
  code: LIMITED.code,
  rule,
  ...(shadowVersion === undefined ? {} : { version: shadowVersion }),
});

type Trace = NonNullable<AuditFacts['detail']['trace']>;

/** The last step of an allowed call says so. */
export const stepsBefore = (trace: Trace): Trace => (trace.at(-1)?.step === 'decision' ? trace.slice(0, -1) : trace);

export const fullStep = ({ rule, counter }: RefusalText): Trace[number] => ({ step: 'limits', result: 'full', rule, note: counter });
