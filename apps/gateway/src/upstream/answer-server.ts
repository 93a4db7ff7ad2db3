/** Answers a request of a server in the client's place: a server that was never answered would wait for as long as it lives. */

import { answerInPlace, refusal } from '@toolgate/egress/upstream/answer-in-place';
import { ask } from '@toolgate/egress/upstream/ask';
import type { JsonObject } from '@toolgate/mcp/is-object';
import { recordServerRequest } from '../audit/server-request.ts';
import type { Gateway } from '../gateway.ts';
import type { Admitted } from '../stages/call.ts';
import { requestHeaders } from './request-headers.ts';

const ANSWER_MS = 10_000;

/** @param message a request of the server that the client does not get to see. */
export function answerServer(gateway: Gateway, call: Admitted, message: JsonObject): void {
  const { id, method } = message;
  if ((typeof id !== 'string' && typeof id !== 'number') || typeof method !== 'string') return;
  if (call.translation) {
    call.translation.tell?.(answerInPlace(message) as JsonObject);
    return;
  }
  // Without a session there is no way back to the server.
  if (!call.session?.upstream) return;
  const text = `The policy does not allow ${method.slice(0, 100)}.`;
  recordServerRequest(gateway, call, method.slice(0, 128), text);
  void post(gateway, call, refusal(id, text));
}

async function post(gateway: Gateway, call: Admitted, message: JsonObject): Promise<void> {
  const target = await gateway.upstreams.target(call.organization.id, call.server);
  if (typeof target === 'string') return;
  const headers = requestHeaders({ ...call, verb: 'POST' }, target);
  const body = Buffer.from(JSON.stringify(message));
  await ask({ target, headers, body, id: null, totalMs: ANSWER_MS, maxBytes: 0 });
}
