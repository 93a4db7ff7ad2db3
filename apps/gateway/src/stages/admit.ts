/** Stage 5: one round trip to the ledger. Limits are charged and the audit event is durable before anything goes upstream. */
import type { AdmitResult, Charge } from '@toolgate/ledger/ledger';
import { limitDecision } from '@toolgate/policy/decide';
import type { PolicyCharge } from '@toolgate/policy/decision';
import { callFacts, decisionDetail } from '../audit/call-facts.ts';
import type { Gateway } from '../gateway.ts';
import { type Admitted, type Decided, onward, refused, type Staged } from './call.ts';

/** `stale`: what it was decided by has changed, so decide again. */
export type Admission = Staged<Admitted> | { stale: true; held: number | null };

export async function admit({ ledger }: Gateway, call: Decided): Promise<Admission> {
  const { organization, decision, exchange } = call;
  if (decision === null) {
    const checked = await ledger.checkEpoch(organization.id, organization.epoch);
    return admission(checked, { ...call, charges: [], recorded: false });
  }
  const charges = decision.charges.map((charge) => ledgerCharge(charge, call));
  const facts = callFacts(call, {
    decision: 'allowed',
    code: decision.code,
    message: null,
    rule: decision.rule,
    detail: decisionDetail(decision),
  });
  const result = await ledger.admit({ organizationId: organization.id, epoch: organization.epoch, charges, callId: exchange.id, facts });
  if (result.kind !== 'limited') return admission(result, { ...call, charges, recorded: true });
  const charge = decision.charges[result.index];
  if (!charge) throw new Error('The ledger named a charge that was not made.');
  return refused({ kind: 'denial', decision: limitDecision(charge, result, decision), charge });
}

type Result = Exclude<AdmitResult, { kind: 'limited' }> | { kind: 'current' };

function admission(result: Result, admitted: Admitted): Admission {
  if (result.kind === 'stale') return { stale: true, held: result.epoch };
  if (result.kind === 'unavailable') return refused({ kind: 'fault', code: 'ledger_unavailable', audit: null, detail: result.reason });
  return onward(admitted);
}

/** Counters of one name in one scope are one counter. */
function ledgerCharge(
  { scope, counter, amountMicros, maxMicros, windowMs, onUnavailable }: PolicyCharge,
  { grant, server }: Decided,
): Charge {
  const owner = scope === 'grant' ? grant.id : scope === 'server' ? server.id : '';
  return { key: `${scope}:${owner}:${counter}`, amountMicros, maxMicros, windowMs, onUnavailable };
}
