import type { UpstreamFault } from '@toolgate/egress/upstream/send';
import { errorResponse, publicText } from '@toolgate/mcp/errors';
import { answerFault } from '../http/exchange.ts';
import { corsHeaders } from '../http/origin.ts';
import type { Admitted } from '../stages/call.ts';
import { type Ending, faultEnding } from './ending.ts';

/** Tells the client of an upstream's fault: as the answer, or as the last event of the stream that has begun. */
export function failCall(call: Admitted, fault: UpstreamFault, detail: string | undefined, upstreamStatus?: number): Ending {
  const { exchange } = call;
  const { response } = exchange;
  const id = requestId(call);
  if (!response.headersSent) answerFault(exchange, fault, id, corsHeaders(exchange.request));
  else if (!response.writableEnded) response.end(id === null ? '' : `data: ${errorResponse(fault, id, exchange.id)}\n\n`);
  return faultEnding(fault, publicText(fault), detail, upstreamStatus === undefined ? {} : { upstreamStatus });
}

export function requestId({ message }: Pick<Admitted, 'message'>): string | number | null {
  return message?.kind === 'request' ? message.id : null;
}
