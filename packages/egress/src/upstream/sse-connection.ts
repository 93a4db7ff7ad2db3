/**
 * The one stream of a server of 2024-11-05 (HTTP+SSE), on which all its answers come, and the place to post to, which its first event
 * names. Answers are told apart by the ids that the session gave them.
 */
import { isObject } from '@toolgate/mcp/is-object';
import { isResponse } from '@toolgate/mcp/is-response';
import { createSseReader, type SseEvent } from '@toolgate/mcp/sse';
import { answerInPlace } from './answer-in-place.ts';
import { ask } from './ask.ts';
import { OWN_HEADERS } from './own-headers.ts';
import type { OpenFailure, OwnSession, Patience } from './own-session.ts';
import { type AnswerSink, type Flow, send, type UpstreamEnd, type UpstreamFault } from './send.ts';
import type { Target } from './target.ts';

const OPEN_MS = 10_000;
const POST_MS = 30_000;

/** Posts one message. `status` is null when it never came to an answer. */
export type Post = (bytes: Buffer) => Promise<UpstreamEnd & { status: number | null }>;

export interface SseConnection {
  /** The place to post to, once the server has named it. */
  opened: Promise<{ post: Post } | OpenFailure>;
  pending: Map<unknown, Pending>;
  isOpen(): boolean;
  close(): void;
}

/** A request whose answer has not come yet. */
export interface Pending {
  sink: AnswerSink;
  end(fault: UpstreamFault | null, detail?: string): void;
  progressToken: unknown;
}

export function connectSse(patience: Patience, target: Target): SseConnection {
  const pending = new Map<unknown, Pending>();
  let open = true;
  let isSse = false;
  let stop: Flow['stop'] = () => {};
  let tell: OwnSession['tell'] = () => {};
  let resolveOpened: (opened: Awaited<SseConnection['opened']>) => void = () => {};
  const opened = new Promise<Awaited<SseConnection['opened']>>((resolve) => {
    resolveOpened = resolve;
  });
  const timer = setTimeout(() => stop('upstream_timeout', 'no endpoint event'), OPEN_MS);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const reader = createSseReader(patience.maxResponseBytes);
  const onEvent = (event: SseEvent) => {
    if (event.event === 'endpoint') {
      const place = endpointOf(target, event.data);
      if (!place) return stop('upstream_bad_answer', 'an endpoint that is not on the same origin');
      clearTimeout(timer);
      tell = (message) => void postTo(place, Buffer.from(JSON.stringify(message)));
      resolveOpened({ post: (bytes) => postTo(place, bytes) });
    } else if (event.data) deliver(pending, event, parse(event.data), (message) => tell(message));
  };
  const sink: AnswerSink = {
    head(status, headers, flow) {
      if (status < 200) return;
      isSse = status === 200 && String(headers['content-type']).startsWith('text/event-stream');
      if (!isSse) flow.stop('upstream_bad_answer', `HTTP ${status}`);
    },
    data(chunk) {
      for (const event of reader.push(decoder.decode(chunk, { stream: true }))) onEvent(event);
    },
  };
  const headers = { accept: 'text/event-stream', 'accept-encoding': 'identity', 'user-agent': 'toolgate', ...target.headers };
  const onStart = (give: Flow['stop']) => (stop = give);
  void send({ target, method: 'GET', headers, body: null, totalMs: null, idleMs: patience.streamIdleMs, onStart }, sink).then((end) => {
    clearTimeout(timer);
    open = false;
    const fault = end.fault ?? 'upstream_unreachable';
    resolveOpened({ fault, detail: end.detail ?? 'the stream ended', error: end.error, isSse });
    for (const { end } of [...pending.values()]) end(fault, 'the stream that carries the answers ended');
  });
  return { opened, pending, isOpen: () => open, close: () => stop(null) };
}

/** A message belongs to the request whose id or progress token it names; what belongs to none reaches nobody. */
function deliver(pending: SseConnection['pending'], event: SseEvent, message: unknown, tell: OwnSession['tell']): void {
  if (!isObject(message)) return;
  const bytes = Buffer.from(event.raw);
  if (message.method !== undefined && message.id !== undefined) {
    const answer = answerInPlace(message);
    if (answer) tell(answer);
  } else if (message.method === 'notifications/progress' && isObject(message.params)) {
    const { progressToken } = message.params;
    const owners = [...pending.values()].filter((one) => one.progressToken !== undefined && one.progressToken === progressToken);
    // Two callers that chose the same token cannot be told apart.
    if (owners.length === 1) give(owners[0]!, bytes);
  } else if (isResponse(message)) {
    const owner = pending.get(message.id);
    if (owner && give(owner, bytes)) owner.end(null);
  }
}

/** What one caller cannot handle ends its own request, not everybody's stream. */
function give({ sink, end }: Pending, bytes: Buffer): boolean {
  try {
    sink.data(bytes);
    return true;
  } catch (error) {
    end('upstream_bad_answer', error instanceof Error ? error.message : String(error));
    return false;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The server may name another path, never another place: the credential goes there too. */
function endpointOf(target: Target, text: string | null): Target | null {
  const base = target.origin + target.path;
  if (!text || !URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  return url.origin === target.origin ? { ...target, path: url.pathname + url.search } : null;
}

async function postTo(place: Target, bytes: Buffer): Promise<UpstreamEnd & { status: number | null }> {
  return ask({ target: place, headers: OWN_HEADERS, body: bytes, id: null, totalMs: POST_MS, maxBytes: 0 });
}
