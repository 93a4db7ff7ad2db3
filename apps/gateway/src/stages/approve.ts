/** Between decide and admit, for what the policy lets pass only with a person's approval: takes one, or asks for it and holds the caller. */
import { assertNever } from '@toolgate/policy/assert-never';
import { type ApprovalCall, type Asked, askApproval, type Claim, type KnownApproval } from '@toolgate/services/approval/ask';
import { callHash } from '@toolgate/services/approval/call-hash';
import { giveBackApproval } from '@toolgate/services/approval/give-back';
import { argumentsOf, type ReturnedState } from '../approvals/returned-state.ts';
import { callFacts } from '../audit/call-facts.ts';
import { DirectoryUnavailable } from '../directory/directory.ts';
import type { Gateway } from '../gateway.ts';
import type { Refusal, Resolved, Verdict } from './call.ts';
import { problemOf, wait } from './wait.ts';

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
  const problem = problemOf(await gateway.ledger.checkEpoch(organization.id, organization.epoch));
  if (problem) return problem;
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
/** To ask is several steps, each of which may take as long as a store may take. */
const ASK_STEPS = 4;

/** A PostgreSQL that hangs must not make callers wait; what it takes for nobody is given back. */
async function ask(gateway: Gateway, wanted: ApprovalCall, requestId: string, waiting: Waiting): Promise<Asked> {
  const services = { db: gateway.db, keyRing: gateway.settings.keyRing };
  const asking = askApproval(services, wanted, requestId, known(waiting));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DirectoryUnavailable('PostgreSQL did not answer in time.')),
      ASK_STEPS * gateway.settings.storeTimeoutMs,
    );
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

function known({ approvalId, returned }: Waiting): KnownApproval {
  if (returned?.kind === 'continues') return { waitedFor: approvalId, continues: returned };
  return { waitedFor: approvalId ?? returned?.approvalId ?? null };
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
