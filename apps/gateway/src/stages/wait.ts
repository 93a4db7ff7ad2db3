/** Of approve: the request for approval is noted in the log, and its caller told where to answer, or held until somebody has. */
import { approvalInputMode } from '@toolgate/mcp/pending';
import type { Asked } from '@toolgate/services/approval/ask';
import { newId } from '@toolgate/services/id';
import { type Hold, openHold } from '../approvals/hold.ts';
import { stateCallHash } from '../approvals/returned-state.ts';
import { callFacts, decisionDetail } from '../audit/call-facts.ts';
import type { Gateway } from '../gateway.ts';
import type { Approval, Waiting } from './approve.ts';
import type { Resolved, Verdict } from './call.ts';

type PendingAnswer = Extract<Asked, { kind: 'pending' }>;

export async function wait(
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
  const wasShown = returned?.kind === 'shown';
  const input = call.era === 'stateless' && !wasShown && until === null ? approvalInputMode(call.envelope?.clientCapabilities ?? {}) : null;
  if (input) {
    const requestState = gateway.requestStates.seal(call.organization.id, { approvalId, call: stateCallHash(call) });
    return { kind: 'refused', refusal: { ...pending, input: { mode: input, requestState } } };
  }
  if (wasShown && !returned.accepted) return { kind: 'refused', refusal: pending };
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
  const problem = problemOf(result);
  if (!problem) waiting.noted.add(approvalId);
  return problem;
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

/** Null: the ledger holds the same epoch. */
export function problemOf(
  result: { kind: 'current' | 'recorded' | 'unavailable' } | { kind: 'stale'; epoch: number | null },
): Approval | null {
  if (result.kind === 'stale') return { kind: 'stale', held: result.epoch, waited: false };
  if (result.kind === 'unavailable') return { kind: 'refused', refusal: { kind: 'fault', code: 'ledger_unavailable', audit: null } };
  return null;
}

/** The page of one request. */
export function approvalUrl({ settings }: Gateway, { organization }: Pick<Resolved, 'organization'>, approvalId: string): string {
  return `${settings.dashboardUrl}/${organization.slug}/approvals/${approvalId}`;
}
