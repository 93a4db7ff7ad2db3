/** A request of a server to the client that the policy does not let through: an event of its own, beside that of the call it belongs to. */
import { newId } from '@toolgate/services/id';
import type { Gateway } from '../gateway.ts';
import type { Admitted } from '../stages/call.ts';
import { callFacts } from './call-facts.ts';

/** Nobody waits for it: that it was refused does not depend on its being recorded. */
export function recordServerRequest({ ledger, log }: Gateway, call: Admitted, method: string, message: string): void {
  const facts = callFacts(call, { decision: 'denied', code: 'denied', message, rule: null });
  const { trace, charges, ...detail } = facts.detail;
  ledger.record({ ...facts, id: newId(), at: new Date().toISOString(), method, detail }, null).then(
    (result) => result.kind !== 'recorded' && log('server_request_unrecorded', { requestId: call.exchange.id, method }),
    (error: unknown) => log('server_request_unrecorded', { requestId: call.exchange.id, method, reason: String(error) }),
  );
}
