import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { isResponse } from '@toolgate/mcp/is-response';
import type { MessageId } from '@toolgate/mcp/message';
import { joinResponse } from '../aggregate/join-answer.ts';
import { continuableAnswer } from '../approvals/continuable-answer.ts';
import type { Gateway } from '../gateway.ts';
import { answerJson } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Admitted } from '../stages/call.ts';
import type { AnswerBody, AnswerHead } from './answer-body.ts';
import { filterResponse, isFiltered } from './answer-filter.ts';
import { type Ending, ending, responseEnding } from './ending.ts';
import { responseId } from './envelope.ts';
import { failCall } from './fail-call.ts';
import { replacedAnswer } from './replaced-answer.ts';

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
  if (bytes.length > MAX_PARSED_BYTES && !isFiltered(call) && status === 200 && !bytes.includes('"input_required"')) {
    if (responseId(bytes) !== wireId(call)) return failCall(call, 'upstream_bad_answer', 'not the answer to this request', status);
    return forwardBytes(call, status, translated(call, bytes), ending(bytes.includes('"isError":true') ? 'tool_error' : 'ok', more));
  }
  const parsed = parse(bytes);
  if (!parsed) return failCall(call, 'upstream_bad_answer', 'not a JSON object', status);
  if (status >= 400) return forwardError(gateway, call, status, bytes, parsed);
  if (!answers(call, parsed)) return failCall(call, 'upstream_bad_answer', 'not the answer to this request', status);
  const replaced = replacedAnswer(gateway, call, parsed);
  if (replaced) return forwardBytes(call, replaced.status, Buffer.from(replaced.body), { ...replaced.end, ...more });
  const filtered = isFiltered(call)
    ? Buffer.from(JSON.stringify(filterResponse(call, parsed)))
    : (continuableAnswer(gateway, call, parsed, bytes) ?? bytes);
  return forwardBytes(call, status, translated(call, filtered), responseEnding(parsed, more));
}

/** Nothing but an error passes: a result, or a request, would reach the client unfiltered. */
function forwardError(gateway: Gateway, call: Admitted, status: number, bytes: Buffer, parsed: JsonObject): Ending {
  const more = { responseBytes: bytes.length, upstreamStatus: status };
  if (!isResponse(parsed) || !isObject(parsed.error)) return failCall(call, 'upstream_bad_answer', `HTTP ${status}`, status);
  const replaced = replacedAnswer(gateway, call, parsed);
  if (replaced) return forwardBytes(call, replaced.status, Buffer.from(replaced.body), { ...replaced.end, ...more });
  // Within a session an error is an answer like any other; the status belongs to the era of the server.
  const told = call.translation ? 200 : status;
  return forwardBytes(call, told, translated(call, bytes), ending('upstream_error', { code: 'upstream_error', ...more }));
}

function forwardBytes({ exchange }: Admitted, status: number, bytes: Buffer, end: Ending): Ending {
  const gone = exchange.response.destroyed;
  answerJson(exchange, status, bytes, corsHeaders(exchange.request));
  return gone ? { ...end, outcome: 'client_gone' } : end;
}

/** As the client's era says it. */
function translated({ translation, joining, server }: Admitted, bytes: Buffer): Buffer {
  const said = translation ? translation.response(bytes) : bytes;
  return joining ? joinResponse(server.slug, said) : said;
}

/** Another caller's answer must never be taken for this one's. */
export function answers(call: Admitted, response: JsonObject): boolean {
  return call.message?.kind === 'request' && response.id === wireId(call) && isResponse(response);
}

/** The id under which the request went upstream. */
function wireId({ message, translation }: Admitted): MessageId | null {
  return translation?.wireId ?? (message?.kind === 'request' ? message.id : null);
}

function parse(bytes: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
