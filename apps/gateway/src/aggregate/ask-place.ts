/** A question of the gateway's own to one of the joined servers, in the client's session with it where there is one. */
import { randomUUID } from 'node:crypto';
import { type Answer, ask } from '@toolgate/egress/upstream/ask';
import { OWN_HEADERS } from '@toolgate/egress/upstream/own-headers';
import type { JsonObject } from '@toolgate/mcp/is-object';
import type { Gateway } from '../gateway.ts';
import type { Resolved } from '../stages/call.ts';
import { askServer, readAnswer, type ServerAnswer } from '../upstream/ask-server.ts';
import { poolKey } from '../upstream/bridging/pooled-session.ts';
import type { Target } from '../upstream/upstreams.ts';

/** Never rejects. */
export async function askPlace(
  gateway: Gateway,
  call: Resolved,
  method: string,
  params: JsonObject,
  totalMs: number,
): Promise<ServerAnswer> {
  const { organization, server, session } = call;
  const question = { organizationId: organization.id, grantId: poolKey(call), server, method, params };
  if (!session || session.bridged) return askServer(gateway, { ...question, totalMs });
  const startedAt = performance.now();
  const target = await gateway.upstreams.target(organization.id, server);
  if (typeof target === 'string') return { kind: 'fault', fault: target, detail: target };
  // Ids of the client's own requests in this session are chosen by the client.
  const id = `toolgate-${randomUUID()}`;
  const answer = await askInSession(gateway, target, call, { jsonrpc: '2.0', id, method, params }, totalMs);
  // A server that has forgotten the session has not looked at the request.
  const isForgotten = answer.status === 404 && session.upstream !== null && !answer.fault;
  if (!isForgotten) return readAnswer(answer, 'session');
  return askServer(gateway, { ...question, totalMs: Math.max(1, totalMs - (performance.now() - startedAt)) });
}

/** Says something in the client's session with a server. What a notification is answered does not matter. */
export function askInSession(
  { settings }: Gateway,
  target: Target,
  { session }: Pick<Resolved, 'session'>,
  message: JsonObject,
  totalMs: number,
): Promise<Answer> {
  const id = typeof message.id === 'string' ? message.id : null;
  const headers = { ...OWN_HEADERS, ...sessionHeaders(session) };
  return ask({ target, headers, body: Buffer.from(JSON.stringify(message)), id, totalMs, maxBytes: settings.maxResponseBytes });
}

export function sessionHeaders(session: Resolved['session']): Record<string, string> {
  if (!session) return {};
  return { 'mcp-protocol-version': session.protocolVersion, ...(session.upstream === null ? {} : { 'mcp-session-id': session.upstream }) };
}
