/** What the ledger writes for the worker to drain: one JSON text per record. */
import type { AuditFacts, AuditRecord, CallEnd } from '@toolgate/audit/event';
import { storableJson } from '@toolgate/audit/storable';
import type { AdmitRequest } from './ledger.ts';

/** The charges and leases are written by the ledger itself: counters are rebuilt from them. */
export function intentJson(request: AdmitRequest, gatewayId: string): string {
  const { callId, facts } = request;
  return storableJson({ type: 'intent', callId, gatewayId, facts: factsWithTaken(facts, request) } satisfies AuditRecord);
}

/** Of a call whose limits all allow it while the ledger is away: nothing was counted, and the log says so. */
export function uncountedIntentJson({ callId, facts }: AdmitRequest, gatewayId: string): string {
  const marked = { ...facts, detail: { ...facts.detail, uncounted: true } };
  return storableJson({ type: 'intent', callId, gatewayId, facts: marked } satisfies AuditRecord);
}

function factsWithTaken(facts: AuditFacts, { charges, leases = [] }: Pick<AdmitRequest, 'charges' | 'leases'>): AuditFacts {
  if (charges.length + leases.length === 0) return facts;
  return { ...facts, detail: { ...facts.detail, ...taken({ charges, leases }) } };
}

/** The part of an intent's detail that says what its call took. */
export function taken({
  charges,
  leases = [],
}: Pick<AdmitRequest, 'charges' | 'leases'>): Pick<AuditFacts['detail'], 'charges' | 'leases'> {
  return {
    ...(charges.length > 0 ? { charges: charges.map(({ key, amountMicros, windowMs }) => ({ key, amountMicros, windowMs })) } : {}),
    ...(leases.length > 0 ? { leases: leases.map(({ key, ttlMs }) => ({ key, ttlMs })) } : {}),
  };
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
  };
}
