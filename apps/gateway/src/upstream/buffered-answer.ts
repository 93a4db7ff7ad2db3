import type { Gateway } from '../gateway.ts';
import { answerJson } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Admitted } from '../stages/call.ts';
import type { AnswerBody, AnswerHead } from './answer-body.ts';
import { filterResponse, isFiltered, isObject, type JsonObject } from './answer-filter.ts';
import { type Ending, ending, responseEnding } from './ending.ts';
import { isResponse, responseId } from './envelope.ts';
import { failCall } from './fail-call.ts';
import { sessionHeader } from './opened-session.ts';

/** Beyond this, an answer that need not be changed is not parsed: that would hold up everybody else. */
const MAX_PARSED_BYTES = 256 * 1024;

/** A JSON answer: whole, checked to be the answer to this request, and forwarded as the bytes that came unless something is taken out. */
export function bufferedAnswer(gateway: Gateway, call: Admitted, head: AnswerHead): AnswerBody {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    data(chunk) {
      length += chunk.length;
      if (length > gateway.settings.maxResponseBytes)
        return head.flow.stop('upstream_bad_answer', `more than ${gateway.settings.maxResponseBytes} bytes`);
      chunks.push(chunk);
    },
    finish({ fault, detail }) {
      if (fault) return failCall(call, fault, detail, head.status);
      return finishJson(gateway, call, head, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    },
  };
}

function finishJson(gateway: Gateway, call: Admitted, head: AnswerHead, bytes: Buffer): Ending {
  const { status } = head;
  const more = { responseBytes: bytes.length, upstreamStatus: status };
  if (bytes.length > MAX_PARSED_BYTES && !isFiltered(call) && status === 200) {
    if (call.message?.kind !== 'request' || responseId(bytes) !== call.message.id)
      return failCall(call, 'upstream_bad_answer', 'not the answer to this request', status);
    return forwardBytes(call, status, bytes, ending(bytes.includes('"isError":true') ? 'tool_error' : 'ok', more));
  }
  const parsed = parse(bytes);
  if (!parsed) return failCall(call, 'upstream_bad_answer', 'not a JSON object', status);
  if (status >= 400) {
    // Nothing but an error: a result, or a request, would reach the client unfiltered.
    if (!isResponse(parsed) || !isObject(parsed.error)) return failCall(call, 'upstream_bad_answer', `HTTP ${status}`, status);
    return forwardBytes(call, status, bytes, ending('upstream_error', { code: 'upstream_error', ...more }));
  }
  if (!answers(call, parsed)) return failCall(call, 'upstream_bad_answer', 'not the answer to this request', status);
  const filtered = isFiltered(call) ? Buffer.from(JSON.stringify(filterResponse(call, parsed))) : bytes;
  const opened = call.treatment === 'opening' ? sessionHeader(gateway, call, parsed, head.headers) : {};
  if (opened === null) return failCall(call, 'upstream_bad_answer', 'a session id that is not one', status);
  return forwardBytes(call, status, filtered, responseEnding(parsed, more), opened);
}

function forwardBytes({ exchange }: Admitted, status: number, bytes: Buffer, end: Ending, headers: Record<string, string> = {}): Ending {
  const gone = exchange.response.destroyed;
  answerJson(exchange, status, bytes, { ...corsHeaders(exchange.request), ...headers });
  return gone ? { ...end, outcome: 'client_gone' } : end;
}

/** Another caller's answer must never be taken for this one's. */
export function answers({ message }: Admitted, response: JsonObject): boolean {
  return message?.kind === 'request' && response.id === message.id && isResponse(response);
}

function parse(bytes: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
