/** A session that the gateway opens itself, for a grant whose client has none with the server. */
import type { JsonObject } from '@toolgate/mcp/is-object';
import type { Gateway } from '../../gateway.ts';
import type { Resolved } from '../../stages/call.ts';
import type { AnswerSink, Flow, UpstreamEnd, UpstreamFault } from '../send.ts';
import type { ServerState } from '../server-state.ts';
import type { Target } from '../upstreams.ts';
import { openHttpSession } from './http-session.ts';
import { openSseSession } from './sse-session.ts';

export interface PooledSession {
  /** The result of `initialize`. */
  initialized: JsonObject;
  /** Ids of clients may be equal: upstream every request has one of the session's own. */
  nextId(): number;
  /** Sends a request under such an id. The sink is given an HTTP answer; 404 means that the session is gone. */
  send(request: PooledRequest, sink: AnswerSink): Promise<UpstreamEnd>;
  /** Sends a notification, or an answer to the server. What becomes of it is not learned. */
  tell(message: JsonObject): void;
  isOpen(): boolean;
  /** Tells the server that it is not needed any more. Resolves when that is done, or could not be. */
  close(): Promise<void>;
  usedAt: number;
  running: number;
}

export interface PooledRequest {
  id: number;
  bytes: Buffer;
  totalMs: number;
  onStart?: (stop: Flow['stop']) => void;
}

export interface OpenFailure {
  fault: UpstreamFault;
  detail: string;
  /** What the server said instead, where that is an error. */
  status?: number;
}

/** More grants than this take turns. */
const MAX_SESSIONS = 1000;
const IDLE_MS = 10 * 60_000;

export const isFailure = (opened: PooledSession | OpenFailure): opened is OpenFailure => 'fault' in opened;

/** Whose session with a server it is: the grant's; at an address that joins servers, that of one session of the client's. */
export function poolKey({ grant, joining }: Pick<Resolved, 'grant' | 'joining'>): string {
  return joining?.sessionId ? `${grant.id} ${joining.sessionId}` : grant.id;
}

/** The session of this key with this server, opened when there is none. */
export async function sessionFor(gateway: Gateway, target: Target, grantId: string): Promise<PooledSession | OpenFailure> {
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
  const opening = open(gateway, target);
  sessions.set(grantId, opening);
  if (sessions.size > MAX_SESSIONS) dropOldest(sessions);
  const opened = await opening;
  if (isFailure(opened) && sessions.get(grantId) === opening) sessions.delete(grantId);
  return opened;
}

/** The session turned out to be gone: the next caller opens another. */
export async function forgetSession(target: Target, grantId: string, session: PooledSession): Promise<void> {
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

async function open(gateway: Gateway, target: Target): Promise<PooledSession | OpenFailure> {
  const opened = await openHttpSession(gateway, target);
  // Servers of 2024-11-05 refuse the POST, and tell where to post in the answer to a GET (2025-11-25, transports, "Backwards Compatibility").
  const mayBeOlder = isFailure(opened) && opened.status !== undefined && [400, 404, 405].includes(opened.status);
  if (!mayBeOlder) return opened;
  const older = await openSseSession(gateway, target);
  return isFailure(older) ? opened : older;
}

function dropOldest(sessions: ServerState['sessions']): void {
  for (const [grantId, pending] of sessions) {
    sessions.delete(grantId);
    void pending.then((session) => (isFailure(session) ? undefined : session.close()));
    return;
  }
}
