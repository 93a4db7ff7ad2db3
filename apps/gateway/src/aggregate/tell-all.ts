/** What a client says to its whole session is said to each server that has opened one for it. */

import { isFailure } from '@toolgate/egress/upstream/own-session';
import type { JsonObject } from '@toolgate/mcp/is-object';
import type { Gateway } from '../gateway.ts';
import { answerJson } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Resolved } from '../stages/call.ts';
import type { Forwarded } from '../stages/forward.ts';
import { absorbed } from '../upstream/absorbed.ts';
import { cancelBridged } from '../upstream/bridging/cancellation.ts';
import { poolKey } from '../upstream/bridging/pooled-session.ts';
import { ending } from '../upstream/ending.ts';
import { askInSession, askPlace } from './ask-place.ts';
import { admittedAt, callAt, type JoinedCall } from './joined-call.ts';
import { endPlace } from './open-place.ts';
import { withinMs } from './within-ms.ts';

/** A notification. A cancellation too is for all: whose request it was is only known to whoever runs it, and ids of one client differ. */
export async function notifyAll(gateway: Gateway, call: JoinedCall): Promise<Forwarded> {
  const { message } = call;
  if (message?.kind !== 'notification') throw new Error('Only a notification is told to all.');
  const first = call.places[0];
  if (first) cancelBridged(gateway.bridgedCalls, admittedAt(call, first));
  const { method, params } = message;
  if (message.method !== 'notifications/progress') await everySession(gateway, call, { jsonrpc: '2.0', method, params });
  return absorbed(call);
}

async function everySession(gateway: Gateway, call: JoinedCall, message: JsonObject): Promise<void> {
  const { listTimeoutMs } = gateway.settings;
  await Promise.all(
    sessionsOf(call).map(async (at) => {
      const target = await gateway.upstreams.target(at.organization.id, at.server);
      if (typeof target !== 'string') await askInSession(gateway, target, at, message, listTimeoutMs);
    }),
  );
}

/** The servers that have opened a session for this client. */
function sessionsOf(call: JoinedCall): Resolved[] {
  if (call.session === null) return [];
  return call.places.map((place) => callAt(call, place)).filter(({ session, server }) => session && !session.bridged && !server.paused);
}

/** `logging/setLevel`. Servers that keep no log say so, and nothing is to be done about it. */
export async function setLevelAll(gateway: Gateway, call: JoinedCall): Promise<Forwarded> {
  if (call.message?.kind !== 'request') throw new Error('Only a request sets the level.');
  const { method, params } = call.message;
  const { listTimeoutMs } = gateway.settings;
  await Promise.all(sessionsOf(call).map((at) => askPlace(gateway, at, method, params, listTimeoutMs)));
  return answerEmpty(call);
}

/** An empty result: of `ping`, and of what was told to others. */
export function answerEmpty({ exchange, message, era }: JoinedCall): Forwarded {
  const id = message?.kind === 'request' ? message.id : null;
  const result = era === 'stateless' ? { resultType: 'complete' } : {};
  answerJson(exchange, 200, JSON.stringify({ jsonrpc: '2.0', id, result }), corsHeaders(exchange.request));
  return { end: ending('ok'), sent: true };
}

/** The end of the session: each server is told, and what the gateway opened for it itself is closed. */
export async function endAll(gateway: Gateway, call: JoinedCall): Promise<Forwarded> {
  const { exchange, session } = call;
  if (session?.joined) gateway.joinedSessions.end(session.joined.id);
  const ends = call.places.map(async (place) => {
    const at = callAt(call, place);
    if (at.session && !at.session.bridged)
      await endPlace(gateway, at, { upstream: at.session.upstream, version: at.session.protocolVersion });
    await closePooled(gateway, at);
  });
  await withinMs(Promise.all(ends), gateway.settings.listTimeoutMs, []);
  exchange.response.writeHead(200, { 'content-length': 0, ...corsHeaders(exchange.request) }).end();
  return { end: ending('ok'), sent: true };
}

async function closePooled(gateway: Gateway, call: Resolved): Promise<void> {
  const target = await gateway.upstreams.target(call.organization.id, call.server);
  if (typeof target === 'string') return;
  const key = poolKey(call);
  const pending = target.state.sessions.get(key);
  target.state.sessions.delete(key);
  const opened = await pending;
  if (opened && !isFailure(opened)) await opened.close();
}
