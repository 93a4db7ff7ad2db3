/**
 * READ THIS FIRST. What a request meets, in order:
 *
 *   read → authenticate → resolve → decide → admit → forward → settle
 *
 * Each stage takes the type of the one before it (stages/call.ts). A stage that refuses hands its refusal to `refuse`, which records it
 * and answers. Whoever decided by something that has changed since is told so by the ledger, and the stages run again on what is true now.
 */
import { errorResponse } from '@toolgate/mcp/errors';
import type { KnownCall } from './audit/call-facts.ts';
import { DirectoryUnavailable } from './directory/directory.ts';
import type { OrganizationEntry } from './directory/entries.ts';
import type { Gateway } from './gateway.ts';
import type { Address } from './http/address.ts';
import { answerFault, type Exchange } from './http/exchange.ts';
import { admit } from './stages/admit.ts';
import { authenticate } from './stages/authenticate.ts';
import type { Admitted, Received, Refusal, Staged } from './stages/call.ts';
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
  try {
    received = await read(exchange, address, verb);
    if (received) await decideUntilCurrent(gateway, received);
  } catch (error) {
    const code = error instanceof DirectoryUnavailable ? 'directory_unavailable' : 'internal';
    gateway.log(code, { requestId: exchange.id, reason: describe(error) });
    const id = received?.message?.kind === 'request' ? received.message.id : null;
    answerFault(exchange, code, id);
    if (!exchange.response.writableEnded) exchange.response.end(`data: ${errorResponse('internal', id, exchange.id)}\n\n`);
  }
}

async function decideUntilCurrent(gateway: Gateway, received: Received): Promise<void> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const outcome = await runOnce(gateway, received);
    if (outcome === 'answered') return;
    await catchUp(gateway, outcome.organization, outcome.held);
  }
  answerFault(received.exchange, 'unsettled', received.message?.kind === 'request' ? received.message.id : null);
}

type Outcome = 'answered' | { organization: OrganizationEntry; held: number | null };

async function runOnce(gateway: Gateway, received: Received): Promise<Outcome> {
  const authenticated = await authenticate(gateway, received);
  const { organization } = authenticated;
  const stop = async (call: Received & Partial<Omit<KnownCall, 'organization'>>, refusal: Refusal): Promise<Outcome> => {
    const outcome = await refuse(gateway, { ...call, organization }, refusal);
    return outcome === 'answered' || !organization ? 'answered' : { organization, held: outcome.held };
  };
  if (!authenticated.ok) return stop(received, authenticated.refusal);
  if (received.malformed) return stop(authenticated.call, received.malformed);
  const resolved = await resolve(gateway, authenticated.call);
  if (!resolved.ok) return stop(authenticated.call, resolved.refusal);
  const decided = decide(resolved.call);
  if (!decided.ok) return stop(resolved.call, decided.refusal);
  const admitted = await admit(gateway, decided.call);
  if ('stale' in admitted) return { organization: decided.call.organization, held: admitted.held };
  if (!admitted.ok) return stop(decided.call, admitted.refusal);
  await carryOut(gateway, admitted);
  return 'answered';
}

async function carryOut(gateway: Gateway, { call }: Extract<Staged<Admitted>, { ok: true }>): Promise<void> {
  const forwarded = await forward(gateway, call).catch((error: unknown) => {
    gateway.log('forward_failed', { requestId: call.exchange.id, reason: describe(error) });
    answerFault(call.exchange, 'internal', call.message?.kind === 'request' ? call.message.id : null);
    // What reached the upstream is not known, so its charge stays.
    return { sent: true, end: { outcome: 'unknown' as const, code: 'internal', message: null, latencyMs: null, fault: describe(error) } };
  });
  await settle(gateway, call, forwarded);
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
