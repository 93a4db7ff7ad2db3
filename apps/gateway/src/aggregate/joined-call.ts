/** A request at an organization's URL behind which are several servers. */
import type { PolicyEntry, ServerEntry } from '../directory/entries.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../sessions/session-token.ts';
import type { Admitted, Authenticated, Resolved } from '../stages/call.ts';
import { sessionAt } from './joined-session.ts';

export interface JoinedCall extends Authenticated {
  /** Of all servers; null in 2026-07-28 and outside sessions. */
  session: Session | null;
  /** By slug. */
  places: Place[];
}

/** One of the servers, under the policy that the grant has there. */
export interface Place {
  server: ServerEntry;
  policy: PolicyEntry | null;
}

/** Whether the address joins servers for this grant: one server alone is passed through under its own names. */
export function isJoined({ address, grant }: Authenticated): boolean {
  return address.server === null && grant.servers.length > 1;
}

export async function placesOf({ directory }: Gateway, { organization, grant }: Authenticated): Promise<Place[]> {
  const found = await Promise.all(
    grant.servers.map(async ({ serverId, policyId }) => ({
      server: await directory.server(organization, serverId),
      policy: await directory.policy(organization, policyId),
    })),
  );
  return found
    .flatMap(({ server, policy }) => (server ? [{ server, policy }] : []))
    .sort((a, b) => (a.server.slug < b.server.slug ? -1 : 1));
}

/** The same request as one of the servers sees it. */
export function callAt(call: JoinedCall, { server, policy }: Place, lastEventId: string | null = null): Resolved {
  const { places, ...rest } = call;
  const session = call.era === 'stateless' ? null : sessionAt(call.session, server.id);
  return { ...rest, server, policy, session, joining: { sessionId: call.session?.joined?.id ?? null, lastEventId } };
}

/** For what is not charged and not recorded: what the gateway itself asks, and streams. */
export function admittedAt(call: JoinedCall, place: Place): Admitted {
  return { ...callAt(call, place), treatment: 'passed', decision: null, charges: [], recorded: false };
}
