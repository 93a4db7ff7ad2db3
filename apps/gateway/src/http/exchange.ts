/** One HTTP request and its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorResponse, type FaultCode, httpStatus } from '@toolgate/mcp/errors';
import type { MessageId } from '@toolgate/mcp/message';
import { serializeSse } from '@toolgate/mcp/sse';
import { newId } from '@toolgate/services/id';

export interface Exchange {
  /** Of the request, its audit event and its call. */
  id: string;
  request: IncomingMessage;
  response: ServerResponse;
  receivedAt: Date;
  /** performance.now() at that moment. */
  startedAt: number;
  ip: string;
  /** An event stream was begun before there was an answer: the answer becomes its last event. */
  isStreaming: boolean;
}

export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const receivedAt = new Date();
  return {
    id: newId(receivedAt.getTime()),
    request,
    response,
    receivedAt,
    startedAt: performance.now(),
    ip: request.socket.remoteAddress ?? '',
    isStreaming: false,
  };
}

export function answerJson(exchange: Exchange, status: number, body: string | Buffer, headers: Record<string, string> = {}): void {
  const { response } = exchange;
  if (exchange.isStreaming && !response.writableEnded && !response.destroyed) response.end(serializeSse(UNNAMED, body.toString()));
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...headers,
  });
  // Head and body leave in one write, which is cheaper than two; as Latin-1 every byte stays what it is.
  if (typeof body !== 'string' && body.length <= ONE_WRITE) response.end(body.toString('latin1'), 'latin1');
  else response.end(body);
}

/** Beyond this, copying costs more than a second write. */
const ONE_WRITE = 16 * 1024;

/** @param text replaces the fault's public text. @param data is added to the error's data. */
export function answerFault(
  exchange: Exchange,
  code: FaultCode,
  id: MessageId | null,
  headers: Record<string, string> = {},
  text?: string,
  data?: Record<string, unknown>,
): void {
  const status = httpStatus(code);
  const retry: Record<string, string> = status === 503 ? { 'retry-after': '1' } : {};
  answerJson(exchange, status, errorResponse(code, id, exchange.id, text, data), { ...retry, ...headers });
}

export function elapsedMs(exchange: Exchange): number {
  return Math.round(performance.now() - exchange.startedAt);
}

const UNNAMED = { event: null, id: null, retry: null };
