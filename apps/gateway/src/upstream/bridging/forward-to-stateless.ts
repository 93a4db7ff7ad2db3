import { OWN_HEADERS } from '@toolgate/egress/upstream/own-headers';
import { send } from '@toolgate/egress/upstream/send';
import { META_CAPABILITIES, META_CLIENT, META_VERSION } from '@toolgate/mcp/era';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { mirroredHeadersOf, nameSourceOf } from '@toolgate/mcp/mirrored-headers';
import { paramHeadersOf } from '@toolgate/mcp/param-headers';
import { asSessionResult, isCacheable } from '@toolgate/mcp/results';
import { STATELESS_VERSION } from '@toolgate/mcp/versions';
import type { Gateway } from '../../gateway.ts';
import type { Admitted } from '../../stages/call.ts';
import type { Forwarded } from '../../stages/forward.ts';
import { absorbed } from '../absorbed.ts';
import { doubtEra, suspectEra } from '../probe-era.ts';
import { createRelay } from '../relay.ts';
import { withMembers } from '../splice.ts';
import type { Target } from '../upstreams.ts';
import { answerPing } from './answer-ping.ts';
import { cancelBridged, cancellable } from './cancellation.ts';
import { notBridged, sessionOnlyText } from './not-bridged.ts';

const NEEDS_SESSION = new Set(['resources/subscribe', 'resources/unsubscribe', 'logging/setLevel']);

/** The client has a session, the server none (2026-07-28): each request is given what it has to say about itself. */
export async function forwardToStateless(gateway: Gateway, call: Admitted, target: Target): Promise<Forwarded> {
  const { message, bytes } = call;
  if (message?.kind !== 'request' || !bytes) {
    cancelBridged(gateway.bridgedCalls, call);
    return absorbed(call);
  }
  const { method } = message;
  if (method === 'ping') return answerPing(call);
  if (NEEDS_SESSION.has(method)) return { end: notBridged(call, sessionOnlyText(method)), sent: false };
  const relay = createRelay(gateway, { ...call, translation: { response: (answer) => sessionResponse(method, answer) } });
  const source = nameSourceOf(method);
  const name = source === null ? null : message.params[source];
  const headers = {
    ...OWN_HEADERS,
    ...mirroredHeadersOf(STATELESS_VERSION, method, typeof name === 'string' ? name : null),
    ...(message.tool === null ? {} : paramHeadersOf(call.server.tools.get(message.tool)?.paramHeaders ?? [], message.args)),
    ...target.headers,
  };
  const body = withMembers(bytes, ['params', '_meta'], envelopeOf(call));
  const request = { target, method: 'POST' as const, headers, body, totalMs: gateway.settings.callTimeoutMs, idleMs: null };
  const { onStart, forget } = cancellable(gateway.bridgedCalls, call);
  const end = await send(
    { ...request, onStart },
    {
      ...relay,
      head(status, head, flow) {
        if (status === 400) suspectEra(target.state.era);
        if (status === 405 || status === 406) doubtEra(target.state.era);
        relay.head(status, head, flow);
      },
    },
  );
  forget();
  return { end: relay.finish(end), sent: end.sent };
}

/** Nothing that a server could ask for is declared: its questions could not reach the client. */
function envelopeOf({ session }: Admitted): JsonObject {
  return {
    [META_VERSION]: STATELESS_VERSION,
    [META_CAPABILITIES]: {},
    ...(session?.client ? { [META_CLIENT]: session.client } : {}),
  };
}

/** Caching hints and kinds of results are unknown to older revisions; where they do no harm the bytes stay as they are. */
function sessionResponse(method: string, bytes: Buffer): Buffer {
  if (!isCacheable(method)) return bytes;
  const response = JSON.parse(bytes.toString('utf8')) as JsonObject;
  return isObject(response.result) ? Buffer.from(JSON.stringify({ ...response, result: asSessionResult(response.result) })) : bytes;
}
