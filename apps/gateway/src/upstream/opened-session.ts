import { SESSION_ID } from '@toolgate/egress/upstream/session-id';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../sessions/session-token.ts';
import type { Admitted } from '../stages/call.ts';

const MAX_NAME = 100;

/** The header that gives the client our session id. Empty where no session was opened; null where the upstream's id is not one. */
export function sessionHeader(
  { sessions }: Gateway,
  call: Admitted,
  response: JsonObject,
  headers: Record<string, string | string[] | undefined>,
): Record<string, string> | null {
  const { result } = response;
  if (!isObject(result) || typeof result.protocolVersion !== 'string') return {};
  const upstream = headers['mcp-session-id'] ?? null;
  if (upstream !== null && (typeof upstream !== 'string' || !SESSION_ID.test(upstream))) return null;
  return sealedSession(sessions, call, { upstream, protocolVersion: result.protocolVersion.slice(0, 32), client: clientOf(call) });
}

export function sealedSession(sessions: Gateway['sessions'], call: Admitted, session: Session): Record<string, string> {
  const owner = { organizationId: call.organization.id, grantId: call.grant.id, serverId: call.server.id };
  return { 'mcp-session-id': sessions.seal(owner, session) };
}

/** What the client says of itself: for the log and for conditions on it, never a proof of anything. */
export function clientOf({ message }: Pick<Admitted, 'message'>): Session['client'] {
  const info = message?.kind === 'request' ? message.params.clientInfo : null;
  if (!isObject(info) || typeof info.name !== 'string') return null;
  return { name: info.name.slice(0, MAX_NAME), version: typeof info.version === 'string' ? info.version.slice(0, MAX_NAME) : '' };
}
