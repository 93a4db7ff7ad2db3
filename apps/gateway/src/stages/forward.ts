/** Stage 6: sends the call upstream and its answer back. A call is never sent twice. */
import { withoutClientCapabilities } from '@toolgate/mcp/capabilities';
import type { Gateway } from '../gateway.ts';
import { allowsMethod } from '../upstream/answer-filter.ts';
import type { Ending } from '../upstream/ending.ts';
import { failCall } from '../upstream/fail-call.ts';
import { createRelay } from '../upstream/relay.ts';
import { requestHeaders } from '../upstream/request-headers.ts';
import { send } from '../upstream/send.ts';
import type { Admitted } from './call.ts';

export interface Forwarded {
  end: Ending;
  /** False: not one byte of it has left. */
  sent: boolean;
}

/** Resolves when the exchange with the upstream is over; the client has been answered by then. */
export async function forward(gateway: Gateway, call: Admitted): Promise<Forwarded> {
  const { settings, upstreams } = gateway;
  const target = await upstreams.target(call.organization.id, call.server);
  if (typeof target === 'string') return { end: failCall(call, target, undefined), sent: false };
  const relay = createRelay(gateway, call);
  const isListening = call.verb === 'GET';
  const end = await send(
    {
      target,
      method: call.verb,
      headers: requestHeaders(call, target),
      body: bodyOf(call),
      totalMs: isListening ? null : settings.callTimeoutMs,
      idleMs: isListening ? settings.streamIdleMs : null,
    },
    relay,
  );
  return { end: relay.finish(end), sent: end.sent };
}

/** The bytes that were judged. Only `initialize` is written anew: capabilities that the policy denies are not offered upstream. */
function bodyOf(call: Admitted): Buffer | null {
  const { bytes, message, treatment } = call;
  if (treatment !== 'opening' || message?.kind !== 'request') return bytes;
  const { id, method } = message;
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params: withoutClientCapabilities(message.params, allowsMethod(call)) }));
}
