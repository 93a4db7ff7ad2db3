/** Stage 7: how the call ended completes its audit event and frees its leases; charges are given back when not one byte was sent upstream. */
import type { Gateway } from '../gateway.ts';
import { elapsedMs } from '../http/exchange.ts';
import type { Admitted } from './call.ts';
import type { Forwarded } from './forward.ts';

/** Whatever it was for: one server, or all of an address. */
type Settled = Omit<Admitted, 'server' | 'policy'>;

export async function settle({ ledger, usage, log }: Gateway, call: Settled, { end, sent }: Forwarded): Promise<void> {
  const { organization, grant, exchange, session, charges, leases, shadow, shadowLeases } = call;
  usage.note(organization.id, grant.id, session === null ? clientOf(call) : null);
  if (!call.recorded) return;
  const complete = { ...end, latencyMs: elapsedMs(exchange) };
  try {
    const limits = { charges, leases, shadow, shadowLeases };
    await ledger.settle({ ...limits, organizationId: organization.id, callId: exchange.id, end: complete, refund: !sent });
  } catch (error) {
    log('settle_failed', { callId: exchange.id, reason: String(error) });
  }
}

/** Name and version that the client gives when it opens a session, or with each stateless request. */
function clientOf({ message, treatment, envelope }: Settled): string | null {
  const isOpening = treatment === 'opening' && message?.kind === 'request';
  const info = (isOpening ? message.params.clientInfo : envelope?.clientInfo) as { name?: unknown; version?: unknown } | null | undefined;
  return typeof info?.name === 'string'
    ? `${info.name} ${typeof info.version === 'string' ? info.version : ''}`.trim().slice(0, 200)
    : null;
}
