/** Stage 7: how the call ended completes its audit event; a charge is given back only when not one byte was sent upstream. */
import type { Gateway } from '../gateway.ts';
import { elapsedMs } from '../http/exchange.ts';
import type { Admitted } from './call.ts';
import type { Forwarded } from './forward.ts';

export async function settle({ ledger, usage, log }: Gateway, call: Admitted, { end, sent }: Forwarded): Promise<void> {
  const { organization, grant, exchange, charges, session } = call;
  usage.note(organization.id, grant.id, session === null ? openedBy(call) : null);
  if (!call.recorded) return;
  const complete = { ...end, latencyMs: elapsedMs(exchange) };
  try {
    await ledger.settle({ organizationId: organization.id, callId: exchange.id, charges, end: complete, refund: !sent });
  } catch (error) {
    log('settle_failed', { callId: exchange.id, reason: String(error) });
  }
}

/** Name and version that the client gives when it opens a session. */
function openedBy({ message, treatment }: Admitted): string | null {
  if (treatment !== 'opening' || message?.kind !== 'request') return null;
  const info = message.params.clientInfo as { name?: unknown; version?: unknown } | undefined;
  return typeof info?.name === 'string'
    ? `${info.name} ${typeof info.version === 'string' ? info.version : ''}`.trim().slice(0, 200)
    : null;
}
