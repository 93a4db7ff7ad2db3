/** A session that Toolgate itself opens with a server, in whichever session-based revision the server speaks. */
import type { JsonObject } from '@toolgate/mcp/is-object';
import type { Answer } from './ask.ts';
import { openHttpSession } from './http-session.ts';
import type { AnswerSink, Flow, UpstreamEnd, UpstreamFault } from './send.ts';
import { openSseSession } from './sse-session.ts';
import type { Target } from './target.ts';

export interface OwnSession {
  /** The result of `initialize`. */
  initialized: JsonObject;
  /** Ids of clients may be equal: upstream every request has one of the session's own. */
  nextId(): number;
  /** Sends a request under such an id. The sink is given an HTTP answer; 404 means that the session is gone. */
  send(request: SessionRequest, sink: AnswerSink): Promise<UpstreamEnd>;
  /** Sends a notification, or an answer to the server. What becomes of it is not learned. */
  tell(message: JsonObject): void;
  isOpen(): boolean;
  /** Tells the server that it is not needed any more. Resolves when that is done, or could not be. */
  close(): Promise<void>;
  usedAt: number;
  running: number;
}

export interface SessionRequest {
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
  /** To `initialize`, where it was that. */
  answer?: Answer;
  /** What the connection ended with. */
  error?: unknown;
  /** It opened a stream as servers of 2024-11-05 do, so this is what went wrong in the end. */
  isSse?: boolean;
}

export const isFailure = (opened: OwnSession | OpenFailure): opened is OpenFailure => 'fault' in opened;

export interface Patience {
  /** For one request and its answer. */
  callTimeoutMs: number;
  /** A stream ends after so long without a byte. */
  streamIdleMs: number;
  maxResponseBytes: number;
}

export async function openOwnSession(patience: Patience, target: Target): Promise<OwnSession | OpenFailure> {
  const opened = await openHttpSession(patience, target);
  // Servers of 2024-11-05 refuse the POST, and tell where to post in the answer to a GET (2025-11-25, transports, "Backwards Compatibility").
  const mayBeOlder = isFailure(opened) && opened.status !== undefined && [400, 404, 405].includes(opened.status);
  if (!mayBeOlder) return opened;
  const older = await openSseSession(patience, target);
  return isFailure(older) && !older.isSse ? opened : older;
}
