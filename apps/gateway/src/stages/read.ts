/** Stage 1: reads the request strictly. What is judged from here on is what will be sent: the original bytes. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FaultCode } from '@toolgate/mcp/errors';
import { classifyMessage, type MessageProblem } from '@toolgate/mcp/message';
import { readStrictJson } from '@toolgate/mcp/strict-json';
import type { Address } from '../http/address.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Received, Refusal } from './call.ts';

export const MAX_BODY_BYTES = 1024 * 1024;

/** @returns null when the client went away before it had sent its request. */
export async function read(exchange: Exchange, address: Address, verb: Received['verb']): Promise<Received | null> {
  const received: Received = { exchange, address, verb, bytes: null, message: null, malformed: null };
  if (verb !== 'POST') {
    exchange.request.resume();
    return received;
  }
  const { request } = exchange;
  if (!isPlainJson(request)) return { ...received, malformed: malformed('unsupported_media_type') };
  const bytes = await collect(request);
  if (bytes === 'gone') return null;
  if (bytes === 'too_large') return { ...received, malformed: malformed('too_large') };
  return { ...received, bytes, ...readMessage(bytes) };
}

function readMessage(bytes: Buffer): Pick<Received, 'message' | 'malformed'> {
  if (!isUtf8(bytes)) return { message: null, malformed: malformed('parse_error', 'The body is not UTF-8.') };
  const json = readStrictJson(bytes.toString('utf8'));
  if (!json.ok)
    return { message: null, malformed: malformed(json.problem === 'unsafe_id' ? 'invalid_request' : 'parse_error', json.message) };
  const classified = classifyMessage(json.value);
  if (classified.ok) return { message: classified.message, malformed: null };
  return { message: null, malformed: { ...malformed(FAULT_OF[classified.problem], classified.message), id: classified.id } };
}

const FAULT_OF: Record<MessageProblem, FaultCode> = {
  batch: 'invalid_request',
  not_a_message: 'invalid_request',
  tool_call_without_id: 'invalid_request',
  invalid_params: 'invalid_params',
};

function malformed(code: FaultCode, text?: string): Extract<Refusal, { kind: 'fault' }> {
  return { kind: 'fault', code, audit: 'rejected', ...(text === undefined ? {} : { text }) };
}

/** Fails closed: a media type that cannot be read is not JSON. */
function isPlainJson({ headers }: IncomingMessage): boolean {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return false;
  return /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(headers['content-type'] ?? '');
}

/** The whole body; the rest of one that is too large is not kept. */
function collect(request: IncomingMessage): Promise<Buffer | 'too_large' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) {
        chunks.length = 0;
        resolve('too_large');
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.once('error', () => resolve('gone'));
    request.once('close', () => resolve('gone'));
  });
}
