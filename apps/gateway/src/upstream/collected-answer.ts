import { createSseReader } from '@toolgate/mcp/sse';
import type { Gateway } from '../gateway.ts';
import { answerJson } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Admitted } from '../stages/call.ts';
import type { AnswerBody, AnswerHead } from './answer-body.ts';
import { filterResponse, isObject, type JsonObject } from './answer-filter.ts';
import { answers } from './buffered-answer.ts';
import { responseEnding } from './ending.ts';
import { failCall } from './fail-call.ts';
import { sessionHeader } from './opened-session.ts';

/** The answer to `initialize` out of a stream: our session id, which goes into the head, needs to know what the answer says. */
export function collectedAnswer(gateway: Gateway, call: Admitted, head: AnswerHead): AnswerBody {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const reader = createSseReader(gateway.settings.maxResponseBytes);
  let found: JsonObject | null = null;
  return {
    data(chunk) {
      for (const { data } of reader.push(decoder.decode(chunk, { stream: true }))) {
        if (!data) continue;
        const message: unknown = JSON.parse(data);
        if (isObject(message) && answers(call, message)) found = message;
      }
      if (found) head.flow.stop(null);
    },
    finish({ fault, detail }) {
      if (!found) return failCall(call, fault ?? 'upstream_bad_answer', detail ?? 'a stream without the answer', head.status);
      const opened = sessionHeader(gateway, call, found, head.headers);
      if (opened === null) return failCall(call, 'upstream_bad_answer', 'a session id that is not one', head.status);
      const body = JSON.stringify(filterResponse(call, found));
      answerJson(call.exchange, 200, body, { ...corsHeaders(call.exchange.request), ...opened });
      return responseEnding(found, { upstreamStatus: head.status });
    },
  };
}
