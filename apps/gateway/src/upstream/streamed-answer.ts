import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { isResponse } from '@toolgate/mcp/is-response';
import type { MessageId } from '@toolgate/mcp/message';
import { subscriptionEnd } from '@toolgate/mcp/results';
import { createSseReader, type SseEvent, serializeSse } from '@toolgate/mcp/sse';
import { joinedEventId, joinResponse, joinServerMessage } from '../aggregate/join-answer.ts';
import { continuableAnswer } from '../approvals/continuable-answer.ts';
import type { Gateway } from '../gateway.ts';
import { corsHeaders } from '../http/origin.ts';
import { policyVersionOf } from '../sessions/open-streams.ts';
import type { Admitted } from '../stages/call.ts';
import type { AnswerBody, AnswerHead } from './answer-body.ts';
import { filterResponse, isFiltered, onwardToClient } from './answer-filter.ts';
import { answerServer } from './answer-server.ts';
import { answers } from './buffered-answer.ts';
import { type Ending, ending, responseEnding } from './ending.ts';
import { isPlainCall } from './envelope.ts';
import { failCall, requestId } from './fail-call.ts';
import { replacedAnswer } from './replaced-answer.ts';

/** A server that asks and asks is answered so many times on one stream. */
const MAX_REFUSALS = 100;

/** Server-sent events, one by one as they come: forwarded as they are, filtered, or dropped. A client that reads slowly slows the upstream. */
export function streamedAnswer(gateway: Gateway, call: Admitted, head: AnswerHead): AnswerBody {
  const client = openStream(gateway, call, head);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const reader = createSseReader(gateway.settings.maxResponseBytes);
  let answered: Ending | null = null;
  let resumable = false;
  let refusals = 0;
  let responseBytes = 0;

  function relay(event: SseEvent): string {
    if (event.id && !call.translation) resumable = true;
    // Ids, times and empty events are of a session that the client does not have.
    if (call.translation) return event.data ? relayData({ ...event, id: null, retry: null }, event.data) : '';
    return relayData(call.joining ? { ...event, id: joinedEventId(call, event) } : event, event.data);
  }

  function relayData(event: SseEvent, text: string | null): string {
    if (!text) return call.joining ? serializeSse(event, '') : event.raw;
    const message: unknown = JSON.parse(text);
    if (!isObject(message)) return '';
    // It goes on as it was written: nobody may read something else in it than was judged.
    if (message.method !== undefined) return isPlainCall(text) ? relayCall(event, message) : '';
    // On the stream of a request there is one answer: that request's.
    if (call.verb === 'POST' ? !answers(call, message) : !isResponse(message)) return '';
    const replaced = replacedAnswer(gateway, call, message);
    answered = replaced ? replaced.end : responseEnding(message);
    return replaced ? serializeSse(event, replaced.body) : relayAnswer(event, message);
  }

  function relayCall(event: SseEvent, message: JsonObject): string {
    const onward = onwardToClient(call, message);
    if (onward === 'refused' && refusals++ < MAX_REFUSALS) answerServer(gateway, call, message);
    if (onward !== 'passed') return '';
    const text = event.data ?? '';
    const joined = call.joining ? joinServerMessage(call.server.slug, message, text) : text;
    return joined === null ? '' : call.joining || call.translation ? serializeSse(event, joined) : event.raw;
  }

  function relayAnswer(event: SseEvent, message: JsonObject): string {
    const data = event.data as string;
    const text = isFiltered(call)
      ? JSON.stringify(filterResponse(call, message))
      : (continuableAnswer(gateway, call, message, data)?.toString('utf8') ?? null);
    const { translation } = call;
    if (!translation && !call.joining) return text === null ? event.raw : serializeSse(event, text);
    const bytes = Buffer.from(text ?? data);
    const said = translation ? translation.response(bytes) : bytes;
    return serializeSse(event, (call.joining ? joinResponse(call.server.slug, said) : said).toString('utf8'));
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
      // Closing the stream is how 2026-07-28 cancels.
      if (!answered && gone && call.era === 'stateless') return ending('client_gone', more);
      if (!answered && call.verb === 'POST' && !(resumable && !fault && call.era === 'session')) {
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
  let waiting = false;
  let wroteAt = performance.now();
  // A caller who was held has the head already.
  if (!call.exchange.isStreaming) {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      ...corsHeaders(request),
    });
  }
  response.flushHeaders();

  const write = (text: string) => {
    if (text === '' || gone || response.writableEnded) return;
    wroteAt = performance.now();
    if (response.write(text) || waiting) return;
    waiting = true;
    flow.pause();
    response.once('drain', () => {
      waiting = false;
      flow.resume();
    });
  };
  const isListening = call.verb === 'GET' || call.treatment === 'listening';
  /** A call goes on without its caller (session-based revisions); in 2026-07-28, and where somebody only listens, it does not. */
  const letGo = () => (isListening || call.era === 'stateless' ? flow.stop(null) : flow.resume());
  const keepalive = setInterval(() => {
    if (performance.now() - wroteAt >= keepaliveMs * 0.9 && !response.writableNeedDrain) write(': keepalive\n\n');
  }, keepaliveMs);
  const { organization, tokenHash, server } = call;
  const forget = gateway.streams.add({
    organization,
    tokenHash,
    serverId: server.id,
    policyVersion: policyVersionOf(call.policy),
    listening: isListening,
    end: () => {
      if (call.treatment === 'listening') response.write(`data: ${JSON.stringify(subscriptionEnd(requestId(call) as MessageId))}\n\n`);
      response.end();
      gone = true;
      letGo();
    },
  });
  response.once('close', () => {
    if (!response.writableFinished) gone = true;
    letGo();
  });
  // A client that went away before there was an answer is not heard of again.
  if (gone) letGo();
  return {
    write,
    isGone: () => gone,
    close: () => {
      clearInterval(keepalive);
      forget();
    },
  };
}
