/** Chooses what becomes of an upstream's answer, once its head is there. */

import type { AnswerSink, UpstreamEnd, UpstreamFault } from '@toolgate/egress/upstream/send';
import { publicText } from '@toolgate/mcp/errors';
import type { Gateway } from '../gateway.ts';
import { answerFault } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Admitted } from '../stages/call.ts';
import type { AnswerBody, AnswerHead } from './answer-body.ts';
import { bufferedAnswer } from './buffered-answer.ts';
import { emptyAnswer } from './empty-answer.ts';
import { type Ending, ending } from './ending.ts';
import { failCall, requestId } from './fail-call.ts';
import { streamedAnswer } from './streamed-answer.ts';

export interface Relay extends AnswerSink {
  finish(end: UpstreamEnd): Ending;
}

export function createRelay(gateway: Gateway, call: Admitted): Relay {
  let body: AnswerBody | null = null;
  return {
    head(status, headers, flow) {
      // 1xx come before the head that counts.
      if (status >= 200) body = chooseBody(gateway, call, { status, headers, flow });
    },
    data: (chunk) => body?.data(chunk),
    finish(end) {
      // In 2026-07-28 the exchange ends with its client.
      const { response } = call.exchange;
      if (call.era === 'stateless' && response.destroyed && !response.headersSent) return ending('client_gone');
      return body ? body.finish(end) : failCall(call, end.fault ?? 'upstream_bad_answer', end.detail ?? 'no answer');
    },
  };
}

function chooseBody(gateway: Gateway, call: Admitted, head: AnswerHead): AnswerBody {
  const { status, headers } = head;
  if (status === 401 || status === 403 || status === 407) return discarded(call, head, 'upstream_refused_credential');
  if (status === 404 && call.session?.upstream) return sessionGone(call);
  if (status === 405 && call.verb !== 'POST') return notOffered(call);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (status < 400 && !expectsAnswer(call)) return status < 300 ? emptyAnswer(call, status) : discarded(call, head, 'upstream_bad_answer');
  if (encoding !== 'identity') return discarded(call, head, 'upstream_bad_answer', `content encoding ${encoding} was not asked for`);
  const type = String(headers['content-type'] ?? '')
    .split(';')[0]!
    .trim()
    .toLowerCase();
  if (type === 'application/json' && (status === 200 || status >= 400)) return bufferedAnswer(gateway, call, head);
  if (type !== 'text/event-stream' || status !== 200)
    return discarded(call, head, 'upstream_bad_answer', `HTTP ${status}, ${type || 'no content type'}`);
  return streamedAnswer(gateway, call, head);
}

/** Requests are answered by a message, and a GET by a stream; to anything else the status is the answer. */
function expectsAnswer({ message, verb }: Admitted): boolean {
  return verb === 'GET' || message?.kind === 'request';
}

function discarded(call: Admitted, { status, flow }: AnswerHead, fault: UpstreamFault, detail = `HTTP ${status}`): AnswerBody {
  flow.stop(fault, detail);
  return { data: () => {}, finish: (end) => failCall(call, end.fault ?? fault, end.detail ?? detail, status) };
}

/** The upstream has forgotten the session: with a 404 the client begins a new one (MCP 2025-11-25, "Session Management"). */
function sessionGone(call: Admitted): AnswerBody {
  return {
    data: () => {},
    finish: () => {
      answerFault(call.exchange, 'session_unknown', requestId(call), corsHeaders(call.exchange.request));
      return ending('upstream_error', { code: 'session_unknown', message: publicText('session_unknown'), upstreamStatus: 404 });
    },
  };
}

function notOffered(call: Admitted): AnswerBody {
  return {
    data: () => {},
    finish: () => {
      answerFault(
        call.exchange,
        'method_not_allowed',
        null,
        { ...corsHeaders(call.exchange.request), allow: 'POST' },
        'The server does not offer this.',
      );
      return ending('ok', { upstreamStatus: 405 });
    },
  };
}
