/** A request for all servers of an address: judged, admitted and carried out. */
import { errorResponse } from '@toolgate/mcp/errors';
import { type MethodTreatment, treatmentOfNotification, treatmentOfRequest } from '@toolgate/mcp/methods';
import { assertNever } from '@toolgate/policy/assert-never';
import type { Decision } from '@toolgate/policy/decision';
import { callFacts, decisionDetail } from '../audit/call-facts.ts';
import type { OrganizationEntry } from '../directory/entries.ts';
import type { Gateway } from '../gateway.ts';
import { answerFault } from '../http/exchange.ts';
import { refusalIn } from '../stages/agree.ts';
import { claimsStateless, type Refusal } from '../stages/call.ts';
import { decide, NO_METHOD, NO_STREAM, PROBE } from '../stages/decide.ts';
import type { Forwarded } from '../stages/forward.ts';
import { settle } from '../stages/settle.ts';
import { absorbed } from '../upstream/absorbed.ts';
import { ending } from '../upstream/ending.ts';
import { discoverAll } from './discover-all.ts';
import { callAt, type JoinedCall, type Place } from './joined-call.ts';
import { listAll } from './list-all.ts';
import { listenAll } from './listen-all.ts';
import { openAll } from './open-all.ts';
import { streamAll } from './stream-all.ts';
import { answerEmpty, endAll, notifyAll, setLevelAll } from './tell-all.ts';

type Outcome = 'answered' | { organization: OrganizationEntry; held: number | null };
/** `decision`: of what the policies decide; `places`: the servers whose policies allow it. */
type Judged = { treatment: MethodTreatment | 'absorbed'; decision: Decision | null; places: Place[] };

/** @param stop records a refusal and tells the caller. */
export async function forAll(gateway: Gateway, call: JoinedCall, stop: (refusal: Refusal) => Promise<Outcome>): Promise<Outcome> {
  if (call.contradiction) return stop(refusalIn(call.contradiction, claimsStateless(call)));
  const judged = judge(call);
  if ('kind' in judged) return stop(judged);
  const admitted = await admit(gateway, call, judged);
  if (admitted.kind === 'stale') return { organization: call.organization, held: admitted.epoch };
  if (admitted.kind === 'unavailable') return stop({ kind: 'fault', code: 'ledger_unavailable', audit: null, detail: admitted.reason });
  await finish(gateway, call, judged);
  return 'answered';
}

function judge(call: JoinedCall): Judged | Refusal {
  const { message, era, session, places } = call;
  if (message === null || message.kind === 'response') {
    if (era === 'stateless') return NO_METHOD;
    return session ? { treatment: 'passed', decision: null, places } : NO_STREAM;
  }
  const treatment = message.kind === 'request' ? treatmentOfRequest(message.method, era) : treatmentOfNotification(message.method, era);
  if (treatment === 'probe') return PROBE;
  if (treatment === 'refused') return { kind: 'fault', code: 'method_not_found', audit: 'rejected' };
  return treatment === 'policy_governed' ? judgeByPolicies(call) : { treatment, decision: null, places };
}

/** Each server by its own policy; refused when none allows it. */
function judgeByPolicies(call: JoinedCall): Judged | Refusal {
  const judged = call.places.map((place) => ({ place, staged: decide(callAt(call, place)) }));
  const allowed = judged.filter(({ staged }) => staged.ok).map(({ place }) => place);
  const trace = judged.map(({ place, staged }) => ({ step: 'methods', result: staged.ok ? 'allow' : 'deny', note: place.server.slug }));
  const refusal = judged.flatMap(({ staged }) => (staged.ok ? [] : [staged.refusal]))[0];
  if (allowed.length === 0 && refusal?.kind === 'denial') {
    // A version in shadow is one policy's, and this is not the event of one policy.
    const { shadow: _, ...decision } = refusal.decision;
    return { ...refusal, decision: { ...decision, trace } };
  }
  if (allowed.length === 0 && refusal) return refusal;
  const decision: Decision = { effect: 'allow', code: 'allowed', message: 'Allowed.', rule: null, trace, charges: [], leases: [] };
  return { treatment: 'policy_governed', decision, places: allowed };
}

/** One round trip to the ledger, as for every other request. */
async function admit({ ledger }: Gateway, call: JoinedCall, { decision }: Judged) {
  const { organization, exchange } = call;
  if (decision === null) return ledger.checkEpoch(organization.id, organization.epoch);
  const { code, rule } = decision;
  const facts = callFacts(call, { decision: 'allowed', code, message: null, rule, detail: decisionDetail(decision) });
  const admitted = await ledger.admit({
    organizationId: organization.id,
    epoch: organization.epoch,
    callId: exchange.id,
    facts,
    charges: [],
  });
  if (admitted.kind === 'limited') throw new Error('What charges nothing cannot be limited.');
  return admitted;
}

async function finish(gateway: Gateway, call: JoinedCall, judged: Judged): Promise<void> {
  const { treatment, decision } = judged;
  const forwarded = await carryOut(gateway, call, judged).catch((error: unknown): Forwarded => {
    const { exchange, message } = call;
    gateway.log('forward_failed', { requestId: exchange.id, reason: String(error) });
    const id = message?.kind === 'request' ? message.id : null;
    answerFault(exchange, 'internal', id);
    if (!exchange.response.writableEnded) exchange.response.end(`data: ${errorResponse('internal', id, exchange.id)}\n\n`);
    return { sent: true, end: ending('unknown', { code: 'internal', fault: String(error) }) };
  });
  if (treatment === 'probe' || treatment === 'refused') return;
  await settle(gateway, { ...call, treatment, decision, charges: [], recorded: decision !== null }, forwarded);
}

function carryOut(gateway: Gateway, call: JoinedCall, { treatment, places }: Judged): Promise<Forwarded> {
  const { message, verb } = call;
  const method = message?.kind === 'request' ? message.method : '';
  switch (treatment) {
    case 'opening':
      return openAll(gateway, call);
    case 'discovering':
      return discoverAll(gateway, call);
    case 'filtered':
    case 'policy_governed':
      return listAll(gateway, call, places, method);
    case 'listening':
      return listenAll(gateway, call);
    case 'absorbed':
      return Promise.resolve(absorbed(call));
    case 'passed':
      if (message?.kind === 'notification') return notifyAll(gateway, call);
      if (verb !== 'POST') return verb === 'GET' ? streamAll(gateway, call) : endAll(gateway, call);
      return method === 'logging/setLevel' ? setLevelAll(gateway, call) : Promise.resolve(answerEmpty(call));
    case 'governed':
    case 'probe':
    case 'refused':
      throw new Error(`${method} is not for all servers.`);
    default:
      return assertNever(treatment);
  }
}
