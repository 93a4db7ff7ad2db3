/** Tells a caller that its request goes no further, after that has been recorded under the epoch it was decided by. */
import type { AuditFacts } from '@toolgate/audit/event';
import { denialResponse, methodDenialResponse } from '@toolgate/mcp/denial';
import { publicText } from '@toolgate/mcp/errors';
import type { MessageId } from '@toolgate/mcp/message';
import { approvalInputResponse, expiredResponse, pendingResponse } from '@toolgate/mcp/pending';
import { callFacts, decisionDetail, type KnownCall } from '../audit/call-facts.ts';
import type { OrganizationEntry } from '../directory/entries.ts';
import type { Gateway } from '../gateway.ts';
import { metadataUrl } from '../http/address.ts';
import { answerFault, answerJson } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Received, Refusal } from './call.ts';
import { approvalUrl } from './wait.ts';

/** `stale`: decide again. */
export type Refused = { stale: true; held: number | null } | 'answered';

/** Null: there is no such organization, so there is no log to write to. */
type RefusedCall = Received & Partial<Omit<KnownCall, 'organization'>> & { organization: OrganizationEntry | null };

export async function refuse(gateway: Gateway, call: RefusedCall, refusal: Refusal): Promise<Refused> {
  const { organization } = call;
  if (organization === null) return answer(gateway, call, refusal);
  const result = await recorded(gateway, { ...call, organization }, refusal);
  if (result.kind === 'stale') return { stale: true, held: result.epoch };
  const isRecorded = result.kind !== 'unavailable' || (refusal.kind === 'fault' && refusal.audit === 'unauthenticated');
  if (!isRecorded) return answer(gateway, call, { kind: 'fault', code: 'ledger_unavailable', audit: null });
  return answer(gateway, call, refusal);
}

/** Every refusal is one round trip to the ledger, recorded or not: an old policy, or an old grant, refuses nobody. */
async function recorded(gateway: Gateway, call: KnownCall, refusal: Refusal) {
  const { organization } = call;
  const { ledger } = gateway;
  if (refusal.kind === 'pending' || refusal.kind === 'expired') return { kind: 'recorded' as const };
  if (refusal.kind === 'denial' && refusal.recorded) return { kind: 'recorded' as const };
  if (refusal.kind === 'fault' && refusal.audit === null) {
    if (refusal.code === 'ledger_unavailable') return { kind: 'unavailable' as const };
    return ledger.checkEpoch(organization.id, organization.epoch);
  }
  if (refusal.kind === 'fault' && refusal.audit === 'unauthenticated') return recordedUnauthenticated(gateway, call, refusal);
  const facts = refusal.kind === 'fault' ? faultFacts(call, refusal, {}) : denialFacts(call, refusal);
  return ledger.record(facts, organization.epoch);
}

/** At most so many a second; the first one after them says how many there were. */
async function recordedUnauthenticated({ ledger, unauthenticated }: Gateway, call: KnownCall, refusal: Fault) {
  const { id, epoch } = call.organization;
  const turn = unauthenticated.take(id);
  if (!turn) return ledger.checkEpoch(id, epoch);
  const note = turn.unrecorded > 0 ? { fault: `${turn.unrecorded} more like this were not recorded before it.` } : {};
  const result = await ledger.record(faultFacts(call, refusal, note), epoch);
  // One that is stale is decided again, and counts then.
  if (result.kind !== 'recorded') unauthenticated.missed(id, turn.unrecorded + (result.kind === 'unavailable' ? 1 : 0));
  return result;
}

type Fault = Extract<Refusal, { kind: 'fault' }>;
type Denial = Extract<Refusal, { kind: 'denial' }>;

function faultFacts(call: KnownCall, { code, audit, text, detail }: Fault, note: { fault?: string }): AuditFacts {
  const fault = detail === undefined ? note : { fault: detail };
  return callFacts(call, { decision: audit, code, message: text ?? publicText(code), rule: null, detail: fault });
}

function denialFacts(call: KnownCall, { decision, approval }: Denial): AuditFacts {
  const { effect, code, message, rule, limit } = decision;
  const name = effect === 'limit' ? 'limited' : effect === 'pending' ? 'pending' : 'denied';
  const detail = { ...decisionDetail(decision), ...(limit ? { limit } : {}), ...(approval ? { approval } : {}) };
  return callFacts(call, { decision: name, code, message, rule, detail });
}

function answer(gateway: Gateway, call: RefusedCall, refusal: Refusal): 'answered' {
  const { exchange, message } = call;
  const cors = corsHeaders(exchange.request);
  if (refusal.kind === 'fault') {
    const id = refusal.id ?? (message?.kind === 'request' ? message.id : null);
    answerFault(exchange, refusal.code, id, { ...cors, ...faultHeaders(gateway, call, refusal) }, refusal.text, refusal.data);
    return 'answered';
  }
  if (message?.kind !== 'request') throw new Error('Only requests are denied: nobody waits for another answer.');
  if (refusal.kind === 'pending' || refusal.kind === 'expired') {
    answerJson(exchange, 200, waitingBody(gateway, call, message.id, refusal), cors);
    return 'answered';
  }
  const write = message.method === 'tools/call' ? denialResponse : methodDenialResponse;
  answerJson(exchange, 200, write(message.id, denial(gateway, call, refusal), call.era), cors);
  return 'answered';
}

type Unanswered = Extract<Refusal, { kind: 'pending' | 'expired' }>;

/** The same call is held again, so it may come soon. */
const RETRY_AFTER_MS = 2000;

function waitingBody(gateway: Gateway, { exchange, organization, policy, era }: RefusedCall, id: MessageId, refusal: Unanswered): string {
  const { decision, approvalId, expiresAt } = refusal;
  const { message, rule } = decision;
  const pending = {
    ...{ code: 'approval_required', message, rule, policyVersion: policy?.version ?? null, requestId: exchange.id, approvalId },
    approvalUrl: organization ? approvalUrl(gateway, { organization }, approvalId) : '',
    ...{ expiresAt: expiresAt.toISOString(), retryAfterMs: RETRY_AFTER_MS },
  };
  if (refusal.kind === 'expired') return expiredResponse(id, { ...pending, code: 'approval_expired', message: EXPIRED }, era);
  const { input } = refusal;
  return input ? approvalInputResponse(id, pending, input.mode, input.requestState) : pendingResponse(id, pending, era);
}

const EXPIRED = 'Nobody answered the request for approval in time, so the call was not made. Make the same call again to ask once more.';

function denial(gateway: Gateway, { exchange, address, policy }: RefusedCall, { decision, retryAfterMs }: Denial) {
  const { code, message, rule, limit } = decision;
  return {
    code,
    message,
    rule,
    policyVersion: policy?.version ?? null,
    retryable: limit !== undefined || retryAfterMs !== undefined,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(limit ? { retryAfterMs: limit.retryAfterMs, limit: limitOf(limit) } : {}),
    requestId: exchange.id,
    helpUrl: helpUrl(gateway, { exchange, address }),
  };
}

/** Where a person sees why. */
export function helpUrl({ settings }: Gateway, { exchange, address }: Pick<Received, 'exchange' | 'address'>): string {
  return `${settings.dashboardUrl}/${address.organization}/audit?event=${exchange.id}`;
}

const limitOf = ({ counter, max, remaining, resetAt }: NonNullable<Denial['decision']['limit']>) => ({ counter, max, remaining, resetAt });

/** RFC 9728 section 5.1: an absolute URL, from which a client learns how to authenticate. */
function faultHeaders({ settings }: Gateway, { address, era }: RefusedCall, { code }: Fault): Record<string, string> {
  if (code === 'unauthenticated') return { 'www-authenticate': `Bearer resource_metadata="${metadataUrl(settings.gatewayUrl, address)}"` };
  if (code === 'method_not_allowed') return { allow: era === 'stateless' ? 'POST' : 'POST, GET, DELETE' };
  return code === 'too_large' ? { connection: 'close' } : {};
}
