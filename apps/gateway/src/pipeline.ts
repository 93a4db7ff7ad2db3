/**
 * READ THIS FIRST. What a request meets, in order:
 *
 *   read → authenticate → resolve (→ agree) → decide → admit → forward → settle
 *
 * Where the organization's own address joins several servers, aggregate/ resolves: a request for one of them goes on as if it had come to
 * that server's address, a request for all of them is carried out there.
 *
 * Each stage takes the type of the one before it (stages/call.ts). A stage that refuses hands its refusal to `refuse`, which records it
 * and answers. Whoever decided by something that has changed since is told so by the ledger, and the stages run again on what is true now.
 */
import { errorResponse } from '@toolgate/mcp/errors';
import { aim } from './aggregate/aim.ts';
import { forAll } from './aggregate/for-all.ts';
import { isJoined } from './aggregate/joined-call.ts';
import { takeReturnedState } from './approvals/returned-state.ts';
import type { KnownCall } from './audit/call-facts.ts';
import { DirectoryUnavailable } from './directory/directory.ts';
import type { OrganizationEntry } from './directory/entries.ts';
import type { Gateway } from './gateway.ts';
import type { Address } from './http/address.ts';
import { answerFault, type Exchange } from './http/exchange.ts';
import { admit } from './stages/admit.ts';
import { contradictionOf, refusalOf } from './stages/agree.ts';
import { type Approval, approve, giveBack, newWaiting, type Waiting } from './stages/approve.ts';
import { authenticate } from './stages/authenticate.ts';
import type { Admitted, Decided, Received, Refusal, Resolved, Staged } from './stages/call.ts';
import { decide } from './stages/decide.ts';
import { forward } from './stages/forward.ts';
import { read } from './stages/read.ts';
import { refuse } from './stages/refuse.ts';
import { resolve } from './stages/resolve.ts';
import { settle } from './stages/settle.ts';

const MAX_ATTEMPTS = 4;

/** Answers one MCP request. Resolves when it is answered and settled; never rejects. */
export async function runPipeline(gateway: Gateway, exchange: Exchange, address: Address, verb: Received['verb']): Promise<void> {
  let received: Received | null = null;
  const waiting = newWaiting();
  try {
    received = await read(exchange, address, verb);
    if (received) await decideUntilCurrent(gateway, received, waiting);
  } catch (error) {
    const code = error instanceof DirectoryUnavailable ? 'directory_unavailable' : 'internal';
    gateway.log(code, { requestId: exchange.id, reason: describe(error) });
    const id = received?.message?.kind === 'request' ? received.message.id : null;
    answerFault(exchange, code, id);
    if (!exchange.response.writableEnded) exchange.response.end(`data: ${errorResponse('internal', id, exchange.id)}\n\n`);
  } finally {
    await giveBack(gateway, exchange.id, waiting);
  }
}

async function decideUntilCurrent(gateway: Gateway, received: Received, waiting: Waiting): Promise<void> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; ) {
    const outcome = await runOnce(gateway, received, waiting);
    if (outcome === 'answered') return;
    // Who has waited for a person is not refused for what others changed meanwhile.
    attempt = outcome === 'again' || outcome.waited ? 1 : attempt + 1;
    if (outcome !== 'again') await catchUp(gateway, outcome.organization, outcome.held);
  }
  answerFault(received.exchange, 'unsettled', received.message?.kind === 'request' ? received.message.id : null);
}

/** `again`: something has happened while it waited for a person. */
type Outcome = 'answered' | 'again' | { organization: OrganizationEntry; held: number | null; waited?: boolean };

async function runOnce(gateway: Gateway, received: Received, waiting: Waiting): Promise<Outcome> {
  const authenticated = await authenticate(gateway, received);
  const { organization } = authenticated;
  const stop = async (call: Received & Partial<Omit<KnownCall, 'organization'>>, refusal: Refusal): Promise<Exclude<Outcome, 'again'>> => {
    const outcome = await refuse(gateway, { ...call, organization }, refusal);
    return outcome === 'answered' || !organization ? 'answered' : { organization, held: outcome.held };
  };
  if (!authenticated.ok) return stop(received, authenticated.refusal);
  if (received.malformed) return stop(authenticated.call, received.malformed);
  const resolved = isJoined(authenticated.call) ? await aim(gateway, authenticated.call) : await resolve(gateway, authenticated.call);
  if (!resolved.ok) return stop(authenticated.call, resolved.refusal);
  if ('all' in resolved) return forAll(gateway, resolved.all, (refusal) => stop(resolved.all, refusal));
  const contradiction = contradictionOf(resolved.call);
  if (contradiction) return stop(resolved.call, await refusalOf(gateway, resolved.call, contradiction));
  const own = takeReturnedState(gateway, resolved.call);
  if (!own.ok) return stop(resolved.call, own.refusal);
  waiting.returned = own.returned ?? null;
  const decided = await decideOrWait(gateway, own.call, waiting);
  if (decided.kind === 'gone') return 'answered';
  if (decided.kind === 'again') return 'again';
  if (decided.kind === 'stale') return { organization: own.call.organization, held: decided.held, waited: decided.waited };
  if (decided.kind === 'refused') return stop(own.call, decided.refusal);
  const admitted = await admit(gateway, decided.call);
  if ('stale' in admitted) return { organization: decided.call.organization, held: admitted.held };
  if (!admitted.ok) return stop(decided.call, admitted.refusal);
  const { sent } = await carryOut(gateway, admitted);
  // Used up: a byte of the call has left.
  if (sent) waiting.claim = null;
  return 'answered';
}

type DecidedOrNot = { kind: 'decided'; call: Decided } | Exclude<Approval, { kind: 'passed' }>;

/** What the policy lets pass only with a person's approval waits for it here. */
async function decideOrWait(gateway: Gateway, call: Resolved, waiting: Waiting): Promise<DecidedOrNot> {
  const decided = decide(call);
  if (decided.ok) return { kind: 'decided', call: decided.call };
  const { refusal } = decided;
  if (refusal.kind !== 'denial' || refusal.decision.effect !== 'pending') return { kind: 'refused', refusal };
  const approval = await approve(gateway, call, refusal.decision, waiting);
  if (approval.kind !== 'passed') return approval;
  const again = decide(call, true);
  return again.ok ? { kind: 'decided', call: { ...again.call, approval: approval.claim } } : { kind: 'refused', refusal: again.refusal };
}

async function carryOut(gateway: Gateway, { call }: Extract<Staged<Admitted>, { ok: true }>): Promise<{ sent: boolean }> {
  const forwarded = await forward(gateway, call).catch((error: unknown) => {
    gateway.log('forward_failed', { requestId: call.exchange.id, reason: describe(error) });
    answerFault(call.exchange, 'internal', call.message?.kind === 'request' ? call.message.id : null);
    // What reached the upstream is not known, so its charge stays.
    return { sent: true, end: { outcome: 'unknown' as const, code: 'internal', message: null, latencyMs: null, fault: describe(error) } };
  });
  await settle(gateway, call, forwarded);
  return forwarded;
}

/** A ledger that holds no epoch, or an older one than PostgreSQL, is told: what is committed there is the truth. */
async function catchUp({ directory, ledger }: Gateway, stale: OrganizationEntry, held: number | null): Promise<void> {
  const current = await directory.renew(stale);
  if (current && (held === null || held < current.epoch)) await ledger.publishEpoch(current.id, current.epoch).catch(() => {});
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message;
}
