/** A session that the gateway opens itself, for a grant whose client has none with the server. */
import { isFailure, type OpenFailure, type OwnSession, openOwnSession } from '@toolgate/egress/upstream/own-session';
import type { Gateway } from '../../gateway.ts';
import type { Resolved } from '../../stages/call.ts';
import type { ServerState } from '../server-state.ts';
import type { Target } from '../upstreams.ts';

/** More grants than this take turns. */
const MAX_SESSIONS = 1000;
const IDLE_MS = 10 * 60_000;

/** Whose session with a server it is: the grant's; at an address that joins servers, that of one session of the client's. */
export function poolKey({ grant, joining }: Pick<Resolved, 'grant' | 'joining'>): string {
  return joining?.sessionId ? `${grant.id} ${joining.sessionId}` : grant.id;
}

/** The session of this key with this server, opened when there is none. */
export async function sessionFor(gateway: Gateway, target: Target, grantId: string): Promise<OwnSession | OpenFailure> {
  const { sessions } = target.state;
  const pending = sessions.get(grantId);
  const known = pending && (await pending);
  if (known && !isFailure(known) && known.isOpen()) {
    known.usedAt = performance.now();
    return known;
  }
  // Whoever waited for one that could not be opened does not try again by itself; the next caller does.
  if (known && isFailure(known)) return known;
  const current = sessions.get(grantId);
  if (current && current !== pending) return current;
  const opening = openOwnSession(gateway.settings, target);
  sessions.set(grantId, opening);
  if (sessions.size > MAX_SESSIONS) dropOldest(sessions);
  const opened = await opening;
  if (isFailure(opened) && sessions.get(grantId) === opening) sessions.delete(grantId);
  return opened;
}

/** The session turned out to be gone: the next caller opens another. */
export async function forgetSession(target: Target, grantId: string, session: OwnSession): Promise<void> {
  const { sessions } = target.state;
  const current = sessions.get(grantId);
  if (current && (await current) === session && sessions.get(grantId) === current) sessions.delete(grantId);
}

/** Ends the sessions that nobody has used for a while; all of them when the gateway stops. */
export async function closeSessions({ upstreams }: Gateway, everyOne: boolean): Promise<void> {
  const closing: Promise<void>[] = [];
  for (const { sessions } of upstreams.states.all()) {
    for (const [grantId, pending] of sessions) {
      const session = await pending;
      if (isFailure(session) || (!everyOne && (session.running > 0 || performance.now() - session.usedAt < IDLE_MS))) continue;
      sessions.delete(grantId);
      closing.push(session.close());
    }
  }
  await Promise.all(closing);
}

function dropOldest(sessions: ServerState['sessions']): void {
  for (const [grantId, pending] of sessions) {
    sessions.delete(grantId);
    void pending.then((session) => (isFailure(session) ? undefined : session.close()));
    return;
  }
}
