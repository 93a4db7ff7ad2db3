import { type AnswerSink, send } from '@toolgate/egress/upstream/send';
import { isObject } from '@toolgate/mcp/is-object';
import type { SubscriptionFilter } from '@toolgate/mcp/subscription-filter';
import { allowedFilter, readSubscriptionFilter } from '@toolgate/mcp/subscription-filter';
import type { Gateway } from '../gateway.ts';
import { answerFault } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Admitted } from '../stages/call.ts';
import type { Forwarded } from '../stages/forward.ts';
import { allowsMethod } from './answer-filter.ts';
import { abortWithClient } from './bridging/cancellation.ts';
import { ending } from './ending.ts';
import { requestId } from './fail-call.ts';
import { doubtEra, suspectEra } from './probe-era.ts';
import { createRelay } from './relay.ts';
import { requestHeaders } from './request-headers.ts';
import type { Target } from './upstreams.ts';

/** Client and server speak the same era: the bytes that were judged go upstream, and the answer comes back as it is. */
export function forwardAsItIs(gateway: Gateway, call: Admitted, target: Target): Promise<Forwarded> {
  return call.treatment === 'listening' ? listen(gateway, call, target) : exchange(gateway, call, target, call.bytes, call.verb === 'GET');
}

async function exchange(gateway: Gateway, call: Admitted, target: Target, body: Buffer | null, isListening: boolean): Promise<Forwarded> {
  const { settings } = gateway;
  const relay = createRelay(gateway, call);
  const isStateless = call.era === 'stateless';
  const end = await send(
    {
      target,
      method: call.verb,
      headers: requestHeaders(call, target),
      body,
      totalMs: isListening ? null : settings.callTimeoutMs,
      idleMs: isListening ? settings.streamIdleMs : null,
      ...(isStateless ? { onStart: abortWithClient(call) } : {}),
    },
    isStateless ? watched(relay, target) : relay,
  );
  return { end: relay.finish(end), sent: end.sent };
}

/** A refusal that no server of 2026-07-28 gives means that it is none any more; 400, after what was checked here, that it may be none. */
function watched(sink: AnswerSink, target: Target): AnswerSink {
  return {
    ...sink,
    head(status, headers, flow) {
      if (status === 400) suspectEra(target.state.era);
      if (status === 405 || status === 406 || (status === 404 && !String(headers['content-type']).startsWith('application/json')))
        doubtEra(target.state.era);
      sink.head(status, headers, flow);
    },
  };
}

/** What the policy denies is taken out of what is asked for, and of what is told. */
async function listen(gateway: Gateway, call: Admitted, target: Target): Promise<Forwarded> {
  const { message, exchange: http } = call;
  const asked = message?.kind === 'request' ? readSubscriptionFilter(message.params) : null;
  if (message?.kind !== 'request' || !asked) {
    const text = 'params.notifications must say which notifications are wanted.';
    answerFault(http, 'invalid_params', requestId(call), corsHeaders(http.request), text);
    return { end: ending('upstream_error', { code: 'invalid_params', message: text }), sent: false };
  }
  const { filter, narrowed } = allowedFilter(asked, allowsMethod(call));
  const body = narrowed ? narrowedBody(message, filter) : call.bytes;
  return exchange(gateway, { ...call, subscription: filter }, target, body, true);
}

function narrowedBody(
  { id, method, params }: { id: unknown; method: string; params: Record<string, unknown> },
  filter: SubscriptionFilter,
) {
  const known = isObject(params.notifications) ? params.notifications : {};
  const kinds = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged', 'resourceSubscriptions'];
  const others = Object.fromEntries(Object.entries(known).filter(([kind]) => !kinds.includes(kind)));
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, notifications: { ...others, ...filter } } }));
}
