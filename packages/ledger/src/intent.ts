/** What the ledger writes for the worker to drain: one JSON text per record. */
import type { AuditFacts, AuditRecord, CallEnd } from '@toolgate/audit/event';
import { storableJson } from '@toolgate/audit/storable';
import type { AdmitRequest } from './ledger.ts';

/** The charges are written by the ledger itself: counters are rebuilt from them. */
export function intentJson({ callId, facts, charges }: AdmitRequest, gatewayId: string): string {
  const recorded = charges.map(({ key, amountMicros, windowMs }) => ({ key, amountMicros, windowMs }));
  const record: AuditRecord = {
    type: 'intent',
    callId,
    gatewayId,
    facts: recorded.length === 0 ? facts : { ...facts, detail: { ...facts.detail, charges: recorded } },
  };
  return storableJson(record);
}

export function eventJson(facts: AuditFacts): string {
  return storableJson({ type: 'event', facts } satisfies AuditRecord);
}

export function endJson(organizationId: string, callId: string, end: CallEnd): string {
  return storableJson({ type: 'end', callId, organizationId, end } satisfies AuditRecord);
}

/**
 * Ends a call of which the ledger's answer came too late: the caller was refused and nothing was sent, but its intent may have
 * been recorded and its counters charged.
 */
export function abandoned(): CallEnd {
  return {
    outcome: 'unknown',
    code: 'ledger_unavailable',
    message: 'The ledger did not answer in time; the call was refused and not sent.',
    latencyMs: null,
    refunded: true,
  };
}
