import type { AuditEvent } from '@toolgate/audit/event';

/** What the mark of a call shows: its decision or, of an allowed call that did not end well, how it ended. */
export interface EventMark {
  /** A decision or outcome: what DecisionMark has a look for. */
  decision: string;
  /** What a shadow rule would have decided; null: none would have. */
  shadow: string | null;
}

/** Null of a change in the control plane: nothing was decided. */
export function eventMark(event: AuditEvent): EventMark | null {
  if (event.decision === null) return event.kind === 'change' ? null : { decision: 'unknown', shadow: null };
  const endedWell = event.outcome === null || event.outcome === 'ok';
  return {
    decision: event.decision === 'allowed' && !endedWell ? (event.outcome as string) : event.decision,
    shadow: event.detail.shadow?.effect ?? null,
  };
}
