/** An answer that begins before there is one: server-sent events that keep the connection alive until it is there. */

import type { Exchange } from './exchange.ts';
import { corsHeaders } from './origin.ts';

/** Begins the stream once; what answers the exchange later becomes its last event. Does nothing when the client is gone. */
export function openEventStream(exchange: Exchange, keepaliveMs: number): void {
  const { request, response } = exchange;
  if (exchange.isStreaming || response.headersSent || response.destroyed) return;
  exchange.isStreaming = true;
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...corsHeaders(request),
  });
  response.flushHeaders();
  const timer = setInterval(() => {
    if (!response.writableEnded && !response.writableNeedDrain) response.write(': keepalive\n\n');
  }, keepaliveMs);
  response.once('close', () => clearInterval(timer));
  response.once('finish', () => clearInterval(timer));
}

/** One message on a stream that was begun. */
export function sendEvent({ response, isStreaming }: Exchange, message: object): void {
  if (isStreaming && !response.writableEnded && !response.destroyed) response.write(`data: ${JSON.stringify(message)}\n\n`);
}
