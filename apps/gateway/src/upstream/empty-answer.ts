import { corsHeaders } from '../http/origin.ts';
import type { Admitted } from '../stages/call.ts';
import type { AnswerBody } from './answer-body.ts';
import { ending } from './ending.ts';
import { failCall } from './fail-call.ts';

/** The answer to a notification, a response or the end of a session: a status and nothing else, whatever the upstream added. */
export function emptyAnswer(call: Admitted, status: number): AnswerBody {
  const { request, response } = call.exchange;
  return {
    data: () => {},
    finish({ fault, detail }) {
      if (fault) return failCall(call, fault, detail);
      if (!response.headersSent) response.writeHead(status, { 'content-length': 0, ...corsHeaders(request) }).end();
      return ending('ok', { upstreamStatus: status });
    },
  };
}
