/** Between decide and admit, for what the policy lets pass only with a person's approval: takes one, or asks for it and holds the caller. */
import { approvalInputMode } from '@toolgate/mcp/pending';
import { assertNever } from '@toolgate/policy/assert-never';
import { type ApprovalCall, type Asked, askApproval, type Claim } from '@toolgate/services/approval/ask';
import { callHash } from '@toolgate/services/approval/call-hash';
import { giveBackApproval } from '@toolgate/services/approval/give-back';
import { newId } from '@toolgate/services/id';
import { type Hold, openHold } from '../approvals/hold.ts';
import { argumentsOf, type ReturnedState, stateCallHash } from '../approvals/returned-state.ts';
import { callFacts, decisionDetail } from '../audit/call-facts.ts';
import { DirectoryUnavailable } from '../directory/directory.ts';
import type { Gateway } from '../gateway.ts';
import type { Refusal, Resolved, Verdict } from './call.ts';

/** What one request knows of its approval, however often the stages run for it. */
export interface Waiting {
  /** The right to pass once, taken and not used yet. */
  claim: Claim | null;
  /** The request that it waits for, or waited for. */
  approvalId: string | null;
  /** Date.now() after which it is no longer held; null: it has not been yet. */
  until: number | null;
  /** Its requests whose `pending` is in the audit log. */
  noted: Set<string>;
  returned: ReturnedState | null;
}

export const newWaiting = (): Waiting => ({ claim: null, approvalId: null, until: null, noted: new Set(), returned: null });

export type Approval =
  | { kind: 'passed'; claim: Claim }
  | { kind: 'refused'; refusal: Refusal }
  /** Something has happened while it waited: decide again. */
  | { kind: 'again' }
  /** `waited`: while it was held. */
  | { kind: 'stale'; held: number | null; waited: boolean }
  /** The client went away: nobody is to be answered, and nothing may pass. */
  | { kind: 'gone' };

/** @param decision what the policy said: pending. */
export async function approve(gateway: Gateway, call: Resolved, decision: Verdict, waiting: Waiting): Promise<Approval> {
  const { organization, exchange } = call;
  const wanted = approvalCall(call, decision);
  if (waiting.claim?.callHash.equals(callHash(wanted))) return { kind: 'passed', claim: waiting.claim };
  await giveBack(gateway, exchange.id, waiting);
  // Nobody is asked about what an old policy, or an old grant, makes of a call.
  const current = await gateway.ledger.checkEpoch(organization.id, organization.epoch);
  if (current.kind === 'stale') return { kind: 'stale', held: current.epoch, waited: false };
  if (current.kind === 'unavailable') return { kind: 'refused', refusal: { kind: 'fault', code: 'ledger_unavailable', audit: null } };
  const since = gateway.approvals.now();
  const asked = await ask(gateway, wanted, exchange.id, waiting);
  switch (asked.kind) {
    case 'passed':
      waiting.claim = asked.claim;
      return { kind: 'passed', claim: asked.claim };
    case 'denied':
      return denied(decision, asked);
    case 'full':
      return full(decision, asked.most);
    case 'expired':
      return { kind: 'refused', refusal: { kind: 'expired', decision, approvalId: asked.approvalId, expiresAt: new Date() } };
    case 'pending':
      return wait(gateway, call, decision, waiting, asked, since);
    default:
      return assertNever(asked);
  }
}

/** Gives back what was taken and not used: the call was refused after all. */
export async function giveBack(gateway: Gateway, requestId: string, waiting: Waiting): Promise<void> {
  const { claim } = waiting;
  if (!claim) return;
  waiting.claim = null;
  await giveBackApproval(gateway, claim, requestId).catch((error: unknown) =>
    gateway.log('approval_not_given_back', { requestId, approvalId: claim.approvalId, reason: String(error) }),
  );
}

function approvalCall(call: Resolved, { rule, message, approval }: Verdict): ApprovalCall {
  const { organization, grant, server, policy, message: request, source } = call;
  if (request?.kind !== 'request' || request.tool === null || !policy || !approval)
    throw new Error('Only a tools/call waits for approval.');
  return {
    ...{ organizationId: organization.id, grantId: grant.id, serverId: server.id, policyId: policy.id, policyVersion: policy.version },
    ...{ tool: request.tool, toolHash: server.tools.get(request.tool)?.hash ?? '', argumentsText: argumentsOf(source) },
    ...{ client: callFacts(call, NO_VERDICT).client, rule: rule ?? '', message, timeoutMs: approval.timeoutMs },
    ...{ requiredApprovals: approval.approvals, requesterExcluded: approval.excludeRequester === true },
  };
}

const NO_VERDICT = { decision: null, code: null, message: null, rule: null };
const ASK_MS = 3000;

/** A PostgreSQL that hangs must not make callers wait; what it takes for nobody is given back. */
async function ask(gateway: Gateway, wanted: ApprovalCall, requestId: string, waiting: Waiting): Promise<Asked> {
  const services = { db: gateway.db, keyRing: gateway.settings.keyRing };
  const asking = askApproval(services, wanted, requestId, waiting.approvalId ?? waiting.returned?.approvalId ?? null);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DirectoryUnavailable('PostgreSQL did not answer in time.')), ASK_MS);
  });
  try {
    return await Promise.race([asking, late]);
  } catch (error) {
    void asking.then((asked) => asked.kind === 'passed' && giveBackApproval(services, asked.claim, requestId)).catch(() => {});
    throw error instanceof DirectoryUnavailable ? error : new DirectoryUnavailable('PostgreSQL could not be asked.', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function denied(decision: Verdict, { approvalId, by, reason }: Extract<Asked, { kind: 'denied' }>): Approval {
  const message = `A person denied this call: ${reason}`;
  const verdict: Verdict = { ...decision, effect: 'deny', code: 'approval_denied', message };
  return { kind: 'refused', refusal: { kind: 'denial', decision: verdict, approval: { id: approvalId, by } } };
}

function full(decision: Verdict, most: number): Approval {
  const message = `${most} calls of this grant already wait for a person; make this call again when some of them have been answered.`;
  const verdict: Verdict = { ...decision, effect: 'deny', code: 'approvals_full', message };
  return { kind: 'refused', refusal: { kind: 'denial', decision: verdict, retryAfterMs: 30_000 } };
}

type PendingAnswer = Extract<Asked, { kind: 'pending' }>;

async function wait(
  gateway: Gateway,
  call: Resolved,
  decision: Verdict,
  waiting: Waiting,
  asked: PendingAnswer,
  since: number,
): Promise<Approval> {
  const { approvalId, expiresAt } = asked;
  waiting.approvalId = approvalId;
  const noted = await note(gateway, call, decision, waiting, approvalId);
  if (noted) return noted;
  const pending = { kind: 'pending' as const, decision, approvalId, expiresAt };
  const { returned, until } = waiting;
  const input = call.era === 'stateless' && !returned && until === null ? approvalInputMode(call.envelope?.clientCapabilities ?? {}) : null;
  if (input) {
    const requestState = gateway.requestStates.seal(call.organization.id, { approvalId, call: stateCallHash(call) });
    return { kind: 'refused', refusal: { ...pending, input: { mode: input, requestState } } };
  }
  if (returned && !returned.accepted) return { kind: 'refused', refusal: pending };
  waiting.until ??= Date.now() + gateway.settings.approvalHoldMs;
  const hold = openHold(gateway, call, `Waiting for a person to approve this call: ${approvalUrl(gateway, call, approvalId)}`);
  try {
    return (await held(gateway, call, waiting.until, asked, since, hold)) ?? { kind: 'refused', refusal: pending };
  } finally {
    hold.end();
  }
}

/** One event for each request that a call waits for: beside that of the call itself, which comes when it is decided. */
async function note(gateway: Gateway, call: Resolved, decision: Verdict, waiting: Waiting, approvalId: string): Promise<Approval | null> {
  if (waiting.noted.has(approvalId)) return null;
  const { code, message, rule } = decision;
  const detail = { ...decisionDetail(decision), approval: { id: approvalId } };
  const facts = { ...callFacts(call, { decision: 'pending', code, message, rule, detail }), id: newId() };
  const result = await gateway.ledger.record(facts, call.organization.epoch);
  if (result.kind === 'stale') return { kind: 'stale', held: result.epoch, waited: false };
  if (result.kind === 'unavailable') return { kind: 'refused', refusal: { kind: 'fault', code: 'ledger_unavailable', audit: null } };
  waiting.noted.add(approvalId);
  return null;
}

const MOST_HELD = 1000;
/** So often a caller who is held is looked at: is its grant still good, does anybody still listen for answers? */
const LOOK_MS = 2000;
const LEAST_MS = 100;

/** Null: the time is over, and it is still pending. */
async function held(
  gateway: Gateway,
  { organization }: Resolved,
  until: number,
  { approvalId, expiresAt }: PendingAnswer,
  since: number,
  { gone }: Hold,
): Promise<Approval | null> {
  const { approvals, ledger } = gateway;
  if (approvals.waiting >= MOST_HELD) return null;
  for (;;) {
    const now = Date.now();
    if (now >= until || gateway.stopping) return null;
    const ms = Math.max(LEAST_MS, Math.min(until - now, expiresAt.getTime() - now, LOOK_MS));
    const why = await approvals.wait(approvalId, since, ms, gone);
    if (why === 'gone') return { kind: 'gone' };
    if (why === 'news' || !approvals.isListening || Date.now() >= expiresAt.getTime()) return { kind: 'again' };
    const current = await ledger.checkEpoch(organization.id, organization.epoch);
    if (current.kind === 'stale') return { kind: 'stale', held: current.epoch, waited: true };
  }
}

/** The page of one request. */
export function approvalUrl({ settings }: Gateway, { organization }: Pick<Resolved, 'organization'>, approvalId: string): string {
  return `${settings.dashboardUrl}/${organization.slug}/approvals/${approvalId}`;
}
