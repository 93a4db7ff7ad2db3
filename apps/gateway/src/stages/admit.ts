/** Stage 5: one round trip to the ledger. Limits are charged and the audit event is durable before anything goes upstream. */
import type { AdmitResult } from '@toolgate/ledger/ledger';
import { leaseDecision, limitDecision } from '@toolgate/policy/decide';
import type { Decision } from '@toolgate/policy/decision';
import { callFacts, decisionDetail } from '../audit/call-facts.ts';
import type { Gateway } from '../gateway.ts';
import { type Admitted, type Decided, onward, type Refusal, refused, type Staged } from './call.ts';
import { limitsOf } from './limits.ts';

/** `stale`: what it was decided by has changed, so decide again. */
export type Admission = Staged<Admitted> | { stale: true; held: number | null };

export async function admit({ ledger, settings }: Gateway, call: Decided): Promise<Admission> {
  const { organization, decision, exchange, approval } = call;
  if (decision === null) {
    const checked = await ledger.checkEpoch(organization.id, organization.epoch);
    return admission(checked, { ...call, charges: [], recorded: false });
  }
  const limits = limitsOf(call, decision, settings.callTimeoutMs);
  const facts = callFacts(call, {
    decision: approval ? 'approved' : 'allowed',
    code: decision.code,
    message: null,
    rule: decision.rule,
    detail: { ...decisionDetail(decision), ...(approval ? { approval: { id: approval.approvalId, by: approval.by } } : {}) },
  });
  const result = await ledger.admit({ organizationId: organization.id, epoch: organization.epoch, callId: exchange.id, facts, ...limits });
  return result.kind === 'limited' ? refused(denialBy(result, decision)) : admission(result, { ...call, ...limits, recorded: true });
}

type Limited = Extract<AdmitResult, { kind: 'limited' }>;
type Result = Exclude<AdmitResult, Limited> | { kind: 'current' };

function admission(result: Result, admitted: Admitted): Admission {
  if (result.kind === 'stale') return { stale: true, held: result.epoch };
  if (result.kind === 'unavailable') return refused({ kind: 'fault', code: 'ledger_unavailable', audit: null, detail: result.reason });
  return onward(admitted);
}

function denialBy(full: Limited, decision: Decision): Refusal {
  const { recorded } = full;
  const [charge, lease] = full.of === 'charge' ? [decision.charges[full.index], null] : [null, decision.leases[full.index]];
  if (charge) return { kind: 'denial', decision: limitDecision(charge, full, decision), charge, recorded };
  if (lease) return { kind: 'denial', decision: leaseDecision(lease, decision), recorded };
  throw new Error('The ledger named a limit that the call does not have.');
}
