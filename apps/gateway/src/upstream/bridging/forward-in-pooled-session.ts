import { isFailure, type OwnSession } from '@toolgate/egress/upstream/own-session';
import type { UpstreamEnd } from '@toolgate/egress/upstream/send';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { asStatelessResult, isCacheable } from '@toolgate/mcp/results';
import type { Gateway } from '../../gateway.ts';
import type { Admitted, Translation } from '../../stages/call.ts';
import type { Forwarded } from '../../stages/forward.ts';
import { absorbed } from '../absorbed.ts';
import { membersOf } from '../envelope.ts';
import { failCall } from '../fail-call.ts';
import { createRelay } from '../relay.ts';
import { withId, withMembers } from '../splice.ts';
import type { Target } from '../upstreams.ts';
import { answerDiscovery } from './answer-discovery.ts';
import { answerPing } from './answer-ping.ts';
import { abortWithClient, cancelBridged, cancellable } from './cancellation.ts';
import { notBridged, ownSessionText, SUBSCRIPTIONS_TEXT } from './not-bridged.ts';
import { forgetSession, poolKey, sessionFor } from './pooled-session.ts';
import { watchSession } from './watch-session.ts';

/**
 * The server keeps sessions and the client has none with it (2026-07-28), or speaks a transport that the client does not. The request
 * goes in a session of the grant's own, under an id of that session.
 */
export async function forwardInPooledSession(gateway: Gateway, call: Admitted, target: Target): Promise<Forwarded> {
  const { message, bytes } = call;
  if (message?.kind !== 'request' || !bytes) {
    cancelBridged(gateway.bridgedCalls, call);
    return absorbed(call);
  }
  if (call.treatment === 'listening') return { end: notBridged(call, SUBSCRIPTIONS_TEXT), sent: false };
  if (message.method === 'ping') return answerPing(call);
  if (NEEDS_STREAM.has(message.method)) return { end: notBridged(call, ownSessionText(message.method)), sent: false };
  const session = await sessionFor(gateway, target, poolKey(call));
  if (isFailure(session)) return { end: failCall(call, session.fault, session.detail, session.status), sent: false };
  if (call.treatment === 'discovering') return answerDiscovery(call, session.initialized);
  const first = await attempt(gateway, call, session, true);
  if (first !== 'session gone') return first;
  await forgetSession(target, poolKey(call), session);
  const anew = await sessionFor(gateway, target, poolKey(call));
  if (isFailure(anew)) return { end: failCall(call, anew.fault, anew.detail, anew.status), sent: true };
  const second = await attempt(gateway, call, anew, false);
  return second === 'session gone' ? { end: failCall(call, 'upstream_bad_answer', 'the session was lost twice'), sent: true } : second;
}

/** Their answers come on a stream of the session, which nobody reads. */
const NEEDS_STREAM = new Set(['resources/subscribe', 'resources/unsubscribe', 'logging/setLevel']);

/** @param mayBeGone whether a session that the server has forgotten is to be opened anew: it has not looked at the request then. */
async function attempt(gateway: Gateway, call: Admitted, session: OwnSession, mayBeGone: boolean): Promise<Forwarded | 'session gone'> {
  const id = session.nextId();
  const relay = createRelay(gateway, { ...call, translation: translationOf(call, session, id) });
  const watched = watchSession(relay);
  const cancel = () => session.tell({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
  const request = { id, bytes: withId(call.bytes as Buffer, id), totalMs: gateway.settings.callTimeoutMs };
  const running = cancellable(gateway.bridgedCalls, call, cancel);
  const onStart = call.era === 'stateless' ? abortWithClient(call, cancel) : running.onStart;
  const end: UpstreamEnd = await session.send({ ...request, onStart }, mayBeGone ? watched.sink : relay);
  running.forget();
  return watched.end() ? 'session gone' : { end: relay.finish(end), sent: end.sent };
}

function translationOf({ message, era }: Admitted, session: OwnSession, wireId: number): Translation {
  if (message?.kind !== 'request') throw new Error('Only a request is translated.');
  const { id, method } = message;
  return {
    wireId,
    tell: session.tell,
    response: (bytes) => (era === 'stateless' ? statelessResponse(method, withId(bytes, id)) : withId(bytes, id)),
  };
}

/** What 2026-07-28 wants in a response and older servers do not say. Results of tools keep their bytes. */
function statelessResponse(method: string, bytes: Buffer): Buffer {
  const members = membersOf(bytes);
  if (!members?.has('result')) return bytes.includes('-32002') ? withRenamedError(bytes) : bytes;
  if (!isCacheable(method)) return withMembers(bytes, ['result'], { resultType: 'complete' });
  const response = JSON.parse(bytes.toString('utf8')) as JsonObject;
  return isObject(response.result)
    ? Buffer.from(JSON.stringify({ ...response, result: asStatelessResult(method, response.result) }))
    : bytes;
}

/** -32002, "resource not found", is -32602 in 2026-07-28. */
function withRenamedError(bytes: Buffer): Buffer {
  const response = JSON.parse(bytes.toString('utf8')) as JsonObject;
  if (!isObject(response.error) || response.error.code !== -32002) return bytes;
  return Buffer.from(JSON.stringify({ ...response, error: { ...response.error, code: -32602 } }));
}
