import { answerJson } from '../../http/exchange.ts';
import { corsHeaders } from '../../http/origin.ts';
import type { Admitted } from '../../stages/call.ts';
import type { Forwarded } from '../../stages/forward.ts';
import { ending } from '../ending.ts';
import { requestId } from '../fail-call.ts';

/** A ping of a client whose session the server knows nothing of: who answers it is who keeps the session. */
export function answerPing(call: Admitted): Forwarded {
  const { exchange } = call;
  answerJson(exchange, 200, JSON.stringify({ jsonrpc: '2.0', id: requestId(call), result: {} }), corsHeaders(exchange.request));
  return { end: ending('ok'), sent: false };
}
