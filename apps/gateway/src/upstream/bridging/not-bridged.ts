/** Why something has no counterpart in the server's era, for the client's author to read. */
import { errorResponse, publicText } from '@toolgate/mcp/errors';
import { answerJson } from '../../http/exchange.ts';
import { corsHeaders } from '../../http/origin.ts';
import type { Admitted } from '../../stages/call.ts';
import { type Ending, ending } from '../ending.ts';
import { requestId } from '../fail-call.ts';

/** Answers a request that cannot be carried over. */
export function notBridged({ exchange, ...call }: Admitted, text: string): Ending {
  const body = errorResponse('not_bridged', requestId(call), exchange.id, text);
  const { response } = exchange;
  if (!response.headersSent) answerJson(exchange, 200, body, corsHeaders(exchange.request));
  else if (!response.writableEnded) response.end(`data: ${body}\n\n`);
  return ending('upstream_error', { code: 'not_bridged', message: text || publicText('not_bridged') });
}

export const SUBSCRIPTIONS_TEXT =
  'This server keeps sessions, in which changes are told on a stream of the session: subscriptions/listen cannot be bridged to it. Read the lists again instead, or connect with a revision that has sessions.';
export const INPUT_TEXT =
  'The server asks for input in the middle of this request, which cannot be bridged to a client of a session-based revision: connect with 2026-07-28.';

/** Of a server that keeps sessions, where the client has none of its own with it. */
export function ownSessionText(method: string): string {
  return `The client has no session of its own with this server, so ${method} cannot be bridged to it.`;
}

export function sessionOnlyText(method: string): string {
  return `The server speaks 2026-07-28 and keeps no sessions, so ${method} cannot be bridged to it.`;
}
