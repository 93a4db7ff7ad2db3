/** A session with a server of 2024-11-05 (HTTP+SSE). */
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { createSseReader } from '@toolgate/mcp/sse';
import { INITIALIZED, OWN_INITIALIZE } from './http-session.ts';
import type { OpenFailure, OwnSession, Patience, SessionRequest } from './own-session.ts';
import type { AnswerSink, Flow, UpstreamEnd } from './send.ts';
import { connectSse, type Pending, type Post, type SseConnection } from './sse-connection.ts';
import type { Target } from './target.ts';

const OPEN_MS = 10_000;
const MAX_WAITING = 1024 * 1024;

export async function openSseSession(patience: Patience, target: Target): Promise<OwnSession | OpenFailure> {
  const connection = connectSse(patience, target);
  const opened = await connection.opened;
  if ('fault' in opened) return opened;
  const session = sessionOver(connection, opened.post);
  const initialized = await initialize(session);
  if ('fault' in initialized) {
    await session.close();
    return initialized;
  }
  void opened.post(INITIALIZED);
  return Object.assign(session, initialized);
}

function sessionOver({ pending, isOpen, close }: SseConnection, post: Post): OwnSession {
  let last = 0;
  const session: OwnSession = {
    initialized: {},
    usedAt: performance.now(),
    running: 0,
    nextId: () => ++last,
    isOpen,
    async send(request, sink) {
      session.running++;
      const end = await exchange(pending, post, request, sink);
      session.running--;
      session.usedAt = performance.now();
      return end;
    },
    tell: (message) => void post(Buffer.from(JSON.stringify(message))),
    close: async () => close(),
  };
  return session;
}

function exchange(
  pending: SseConnection['pending'],
  post: Post,
  { id, bytes, totalMs, onStart }: SessionRequest,
  sink: AnswerSink,
): Promise<UpstreamEnd> {
  return new Promise((resolve) => {
    let sent = true;
    const end: Pending['end'] = (fault, detail) => {
      if (!pending.delete(id)) return;
      clearTimeout(timer);
      resolve({ fault, sent, ...(detail === undefined ? {} : { detail }) });
    };
    const timer = setTimeout(() => end('upstream_timeout', `no answer within ${totalMs} ms`), totalMs);
    // One reader must not hold up the others of the stream: what comes while it is paused is counted, and too much ends it.
    let waiting: number | null = null;
    const data = (chunk: Buffer) => {
      sink.data(chunk);
      if (waiting === null) return;
      waiting += chunk.length;
      if (waiting > MAX_WAITING) end('upstream_timeout', 'the client reads too slowly');
    };
    pending.set(id, { sink: { ...sink, data }, end, progressToken: progressTokenOf(bytes) });
    onStart?.(end);
    const flow: Flow = {
      pause: () => {
        waiting ??= 0;
      },
      resume: () => {
        waiting = null;
      },
      stop: end,
    };
    sink.head(200, { 'content-type': 'text/event-stream' }, flow);
    void post(bytes).then(({ fault, detail, status, ...posted }) => {
      sent = posted.sent;
      if (fault) end(fault, detail);
      else if (status === null || status >= 300) end('upstream_bad_answer', `HTTP ${status}`);
    });
  });
}

function progressTokenOf(bytes: Buffer): unknown {
  const { params } = JSON.parse(bytes.toString('utf8')) as { params?: { _meta?: { progressToken?: unknown } } };
  return params?._meta?.progressToken;
}

async function initialize(session: OwnSession): Promise<{ initialized: JsonObject } | OpenFailure> {
  const id = session.nextId();
  let initialized: JsonObject | null = null;
  const reader = createSseReader(1024 * 1024);
  const sink: AnswerSink = {
    head: () => {},
    data(chunk) {
      for (const { data } of reader.push(chunk.toString('utf8'))) {
        const message = data ? (JSON.parse(data) as JsonObject) : {};
        if (isObject(message.result)) initialized = message.result;
      }
    },
  };
  const end = await session.send({ id, bytes: Buffer.from(JSON.stringify({ ...OWN_INITIALIZE, id })), totalMs: OPEN_MS }, sink);
  if (end.fault) return { fault: end.fault, detail: end.detail ?? 'initialize', error: end.error, isSse: true };
  return initialized ? { initialized } : { fault: 'upstream_bad_answer', detail: 'initialize was refused', isSse: true };
}
