/** A request of the gateway's own to a server, and the whole answer to it: for probing, for opening sessions, for lists of several servers. */
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { isResponse } from '@toolgate/mcp/is-response';
import type { MessageId } from '@toolgate/mcp/message';
import { createSseReader } from '@toolgate/mcp/sse';
import { type AnswerSink, type Flow, send, type UpstreamEnd } from './send.ts';
import type { Target } from './target.ts';

export interface Question {
  target: Target;
  headers: Record<string, string>;
  body: Buffer;
  /** Of the request; null: a notification, or an answer, to which the status is the answer. */
  id: MessageId | null;
  totalMs: number;
  maxBytes: number;
  onStart?: (stop: Flow['stop']) => void;
}

export interface Answer extends UpstreamEnd {
  /** Null: it never came to that. */
  status: number | null;
  headers: Record<string, string | string[] | undefined>;
  /** The response to the request, or to none (id null) under an HTTP error; null: there was none. */
  response: JsonObject | null;
  /** The response as it came. */
  bytes: Buffer | null;
}

/** Resolves when the response is there, or cannot come any more. Never rejects. */
export async function ask({ target, headers, body, id, totalMs, maxBytes, onStart }: Question): Promise<Answer> {
  const { sink, answer } = collector(id, maxBytes);
  const request = { target, method: 'POST' as const, headers: { ...headers, ...target.headers }, body, totalMs, idleMs: null };
  return answer(await send({ ...request, ...(onStart ? { onStart } : {}) }, sink));
}

/** Takes an answer apart as it comes, and says in the end what it was. */
export function collector(id: MessageId | null, maxBytes: number): { sink: AnswerSink; answer(end: UpstreamEnd): Answer } {
  let status: number | null = null;
  let headers: Answer['headers'] = {};
  let reader: BodyReader | null = null;
  return {
    sink: {
      head(code, received, flow) {
        if (code < 200) return;
        status = code;
        headers = received;
        reader = readerOf(id, code, received, flow, maxBytes);
      },
      data: (chunk) => reader?.push(chunk),
    },
    answer(end) {
      const found = reader?.found() ?? null;
      return { ...end, status, headers, response: found?.response ?? null, bytes: found?.bytes ?? null };
    },
  };
}

interface BodyReader {
  push(chunk: Buffer): void;
  found(): { response: JsonObject; bytes: Buffer } | null;
}

function readerOf(id: MessageId | null, status: number, headers: Answer['headers'], flow: Flow, maxBytes: number): BodyReader | null {
  const type = String(headers['content-type'] ?? '')
    .split(';')[0]!
    .trim()
    .toLowerCase();
  if (id === null || (headers['content-encoding'] ?? 'identity') !== 'identity') {
    flow.stop(null);
    return null;
  }
  if (type === 'text/event-stream' && status === 200) return streamReader(id, flow, maxBytes);
  if (type === 'application/json') return jsonReader(id, status, flow, maxBytes);
  flow.stop(null);
  return null;
}

function jsonReader(id: MessageId, status: number, flow: Flow, maxBytes: number): BodyReader {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    push(chunk) {
      length += chunk.length;
      if (length > maxBytes) flow.stop('upstream_bad_answer', `more than ${maxBytes} bytes`);
      else chunks.push(chunk);
    },
    found() {
      const bytes = Buffer.concat(chunks);
      const response = parseResponse(bytes.toString('utf8'));
      // What could not be read as a request has no id to be answered under.
      const isOurs = response && (response.id === id || (status >= 400 && (response.id ?? null) === null && isObject(response.error)));
      return isOurs ? { response, bytes } : null;
    },
  };
}

function streamReader(id: MessageId, flow: Flow, maxBytes: number): BodyReader {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const reader = createSseReader(maxBytes);
  let found: ReturnType<BodyReader['found']> = null;
  return {
    push(chunk) {
      for (const { data } of reader.push(decoder.decode(chunk, { stream: true }))) {
        const response = found || !data ? null : parseResponse(data);
        if (response?.id === id) found = { response, bytes: Buffer.from(data as string) };
      }
      if (found) flow.stop(null);
    },
    found: () => found,
  };
}

function parseResponse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && isResponse(value) ? value : null;
  } catch {
    return null;
  }
}
