/** A session at an organization's URL: those that each server opened for it, sealed together. */
import type { Gateway } from '../gateway.ts';
import type { Session, SessionOwner } from '../sessions/session-token.ts';
import type { Authenticated } from '../stages/call.ts';

/** In place of a server: no server has this id. */
const ALL_SERVERS = '*';
/** Assumed where a client says nothing (2025-11-25, "Protocol Version Header"). */
const UNSAID_VERSION = '2025-03-26';
/** With what else a request carries it must fit into the 16 KiB of headers that servers take. */
const MAX_TOKEN = 6000;

export interface OpenedServer {
  /** Null: the server keeps no sessions. */
  upstream: string | null;
  version: string;
}

/** `left`: servers whose sessions did not fit; to them each request goes in a session of the gateway's own. */
export function sealJoined(
  { sessions }: Gateway,
  call: Pick<Authenticated, 'organization' | 'grant'>,
  { id, ...session }: Pick<Session, 'protocolVersion' | 'client'> & { id: string },
  opened: ReadonlyMap<string, OpenedServer>,
): { token: string; left: string[] } {
  const kept = [...opened].sort(([, a], [, b]) => (a.upstream?.length ?? 0) - (b.upstream?.length ?? 0));
  const left: string[] = [];
  for (;;) {
    const joined = { id, servers: Object.fromEntries(kept) };
    const token = sessions.seal(ownerOf(call), { ...session, upstream: null, joined });
    if (token.length <= MAX_TOKEN || kept.length === 0) return { token, left };
    left.push(kept.pop()![0]);
  }
}

/** Null: the request is of no session. A session is bound to organization and grant: with another's it does not open. */
export function readJoined({ sessions, joinedSessions }: Gateway, call: Authenticated): Session | null | 'unknown' {
  const { exchange, message, era } = call;
  if (era === 'stateless') return null;
  const token = exchange.request.headers['mcp-session-id'];
  if (token === undefined || (message?.kind === 'request' && message.method === 'initialize')) return null;
  if (typeof token !== 'string') return 'unknown';
  const session = sessions.open(ownerOf(call), token);
  return session?.joined && !joinedSessions.isEnded(session.joined.id) ? session : 'unknown';
}

/** The part of it that one server has; `bridged` where the server has opened none. */
export function sessionAt(session: Session | null, serverId: string): Session {
  const { client = null, protocolVersion = UNSAID_VERSION } = session ?? {};
  const servers = session?.joined?.servers ?? {};
  const own = Object.hasOwn(servers, serverId) ? servers[serverId] : undefined;
  if (!own) return { upstream: null, protocolVersion, client, bridged: true };
  return { upstream: own.upstream, protocolVersion: own.version, client };
}

function ownerOf({ organization, grant }: Pick<Authenticated, 'organization' | 'grant'>): SessionOwner {
  return { organizationId: organization.id, grantId: grant.id, serverId: ALL_SERVERS };
}
