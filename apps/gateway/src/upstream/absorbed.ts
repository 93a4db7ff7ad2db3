import { corsHeaders } from '../http/origin.ts';
import type { Admitted } from '../stages/call.ts';
import type { Forwarded } from '../stages/forward.ts';
import { ending } from './ending.ts';

/** A notification that is accepted and concerns nobody. */
export function absorbed({ exchange: { request, response } }: Pick<Admitted, 'exchange'>): Forwarded {
  if (!response.headersSent) response.writeHead(202, { 'content-length': 0, ...corsHeaders(request) }).end();
  return { end: ending('ok'), sent: false };
}
