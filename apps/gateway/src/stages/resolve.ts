/** Stage 3: which server, under which policy, in which session? */
import type { GrantEntry } from '../directory/entries.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../sessions/session-token.ts';
import { type Authenticated, onward, type Resolved, rejected, type Staged } from './call.ts';

export async function resolve(gateway: Gateway, call: Authenticated): Promise<Staged<Resolved>> {
  const { organization, grant, address } = call;
  const reached = reach(grant, address.server);
  if (reached === null) return rejected('server_unreachable_by_grant');
  const [server, policy] = await Promise.all([
    gateway.directory.server(organization, reached.serverId),
    gateway.directory.policy(organization, reached.policyId),
  ]);
  if (!server) return rejected('server_unreachable_by_grant');
  const session = readSession(gateway, call, server.id);
  if (session === 'unknown') return rejected('session_unknown');
  return onward({ ...call, server, policy, session });
}

type Reached = GrantEntry['servers'][number];

/** A server that the grant does not reach is answered like one that does not exist. An address without one is that of the only server. */
function reach({ servers }: GrantEntry, slug: string | null): Reached | null {
  const [only = null, ...others] = servers;
  if (slug === null) return others.length === 0 ? only : null;
  return servers.find((server) => server.slug === slug) ?? null;
}

/** A session is bound to organization, grant and server: with another's it does not open. `initialize` begins a new one. */
function readSession(
  gateway: Gateway,
  { exchange, message, organization, grant, era }: Authenticated,
  serverId: string,
): Session | null | 'unknown' {
  // 2026-07-28 knows no sessions: the header is to be ignored there.
  if (era === 'stateless') return null;
  const token = exchange.request.headers['mcp-session-id'];
  if (token === undefined || (message?.kind === 'request' && message.method === 'initialize')) return null;
  if (typeof token !== 'string') return 'unknown';
  return gateway.sessions.open({ organizationId: organization.id, grantId: grant.id, serverId }, token) ?? 'unknown';
}
