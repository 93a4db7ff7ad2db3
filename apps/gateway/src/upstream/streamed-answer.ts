import { createSseReader, type SseEvent, serializeSse } from '@toolgate/mcp/sse';
import type { Gateway } from '../gateway.ts';
import { corsHeaders } from '../http/origin.ts';
import { policyVersionOf } from '../sessions/open-streams.ts';
import type { Admitted } from '../stages/call.ts';
import type { AnswerBody, AnswerHead } from './answer-body.ts';
import { filterResponse, isFiltered, isObject, reachesClient } from './answer-filter.ts';
import { answers } from './buffered-answer.ts';
import { type Ending, ending, responseEnding } from './ending.ts';
import { isResponse } from './envelope.ts';
import { failCall } from './fail-call.ts';

/** Server-sent events, one by one as they come: forwarded as they are, filtered, or dropped. A client that reads slowly slows the upstream. */
export function streamedAnswer(gateway: Gateway, call: Admitted, head: AnswerHead): AnswerBody {
  const client = openStream(gateway, call, head);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const reader = createSseReader(gateway.settings.maxResponseBytes);
  let answered: Ending | null = null;
  let resumable = false;
  let responseBytes = 0;

  function relay(event: SseEvent): string {
    if (event.id) resumable = true;
    if (!event.data) return event.raw;
    const message: unknown = JSON.parse(event.data);
    if (!isObject(message)) return '';
    if (message.method !== undefined) return reachesClient(call, message) ? event.raw : '';
    // On the stream of a request there is one answer: that request's.
    if (call.verb === 'POST' ? !answers(call, message) : !isResponse(message)) return '';
    answered = responseEnding(message);
    return isFiltered(call) ? serializeSse(event, JSON.stringify(filterResponse(call, message))) : event.raw;
  }

  return {
    data(chunk) {
      responseBytes += chunk.length;
      let text = '';
      for (const event of reader.push(decoder.decode(chunk, { stream: true }))) text += relay(event);
      client.write(text);
    },
    finish({ fault, detail }) {
      client.close();
      const more = { responseBytes, upstreamStatus: head.status };
      const gone = client.isGone();
      if (!answered && call.verb === 'POST' && !(resumable && !fault)) {
        const failed = { ...failCall(call, fault ?? 'upstream_bad_answer', detail ?? 'a stream without the answer'), ...more };
        return gone && !fault ? { ...failed, outcome: 'client_gone' } : failed;
      }
      if (!call.exchange.response.writableEnded) call.exchange.response.end();
      const end = answered ?? ending('unknown', { message: 'The answer continues on another stream.' });
      return { ...end, ...more, ...(gone ? { outcome: 'client_gone' as const } : {}) };
    },
  };
}

interface ClientStream {
  write(text: string): void;
  isGone(): boolean;
  /** Stops looking after the stream; it is ended by the caller. */
  close(): void;
}

function openStream(gateway: Gateway, call: Admitted, { flow }: AnswerHead): ClientStream {
  const { request, response } = call.exchange;
  const { keepaliveMs } = gateway.settings;
  let gone = response.destroyed;
  let wroteAt = performance.now();
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...corsHeaders(request),
  });
  response.flushHeaders();

  const write = (text: string) => {
    if (text === '' || gone || response.writableEnded) return;
    wroteAt = performance.now();
    if (response.write(text)) return;
    flow.pause();
    response.once('drain', () => flow.resume());
  };
  /** A call goes on without its caller (session-based revisions); a stream that only listens does not. */
  const letGo = () => (call.verb === 'GET' ? flow.stop(null) : flow.resume());
  const keepalive = setInterval(() => {
    if (performance.now() - wroteAt >= keepaliveMs * 0.9 && !response.writableNeedDrain) write(': keepalive\n\n');
  }, keepaliveMs);
  const { organization, tokenHash, server } = call;
  const forget = gateway.streams.add({
    organization,
    tokenHash,
    serverId: server.id,
    policyVersion: policyVersionOf(call.policy),
    listening: call.verb === 'GET',
    end: () => {
      response.end();
      letGo();
    },
  });
  response.once('close', () => {
    if (!response.writableFinished) gone = true;
    letGo();
  });
  return {
    write,
    isGone: () => gone,
    close: () => {
      clearInterval(keepalive);
      forget();
    },
  };
}
