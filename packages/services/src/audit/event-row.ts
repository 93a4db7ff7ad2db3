import type { AuditEvent, CallDecision, CallOutcome } from '@toolgate/audit/event';

/** A row of "AuditEvent" as Prisma gives it. */
export interface EventRow extends Omit<AuditEvent, 'seq' | 'at' | 'kind' | 'decision' | 'outcome' | 'detail'> {
  seq: bigint;
  at: Date;
  kind: string;
  decision: string | null;
  outcome: string | null;
  detail: unknown;
}

/** The event exactly as it was chained, so that its hash can be checked. */
export function eventOf(row: EventRow): AuditEvent {
  return {
    ...row,
    seq: Number(row.seq),
    at: row.at.toISOString(),
    kind: row.kind as AuditEvent['kind'],
    decision: row.decision as CallDecision | null,
    outcome: row.outcome as CallOutcome | null,
    detail: row.detail as AuditEvent['detail'],
  };
}
