/** Stage 1: reads the request strictly. What is judged from here on is what will be sent: the original bytes. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type EraRefusal, readEra } from '@toolgate/mcp/era';
import type { FaultCode } from '@toolgate/mcp/errors';
import type { Message } from '@toolgate/mcp/message';
import { readMirroredHeaders } from '@toolgate/mcp/mirrored-headers';
import { readMessage } from '@toolgate/mcp/read-message';
import { eraOfVersion } from '@toolgate/mcp/versions';
import type { Address } from '../http/address.ts';
import type { Exchange } from '../http/exchange.ts';
import { claimsStateless, type Received, type Refusal } from './call.ts';

export const MAX_BODY_BYTES = 1024 * 1024;

/** @returns null when the client went away before it had sent its request. */
export async function read(exchange: Exchange, address: Address, verb: Received['verb']): Promise<Received | null> {
  const received: Received = { exchange, address, verb, bytes: null, message: null, source: null, malformed: null, ...SESSION };
  if (verb !== 'POST') {
    exchange.request.resume();
    return { ...received, era: headerEra(exchange.request) };
  }
  const { request } = exchange;
  if (!isPlainJson(request)) return { ...received, malformed: malformed('unsupported_media_type') };
  const bytes = await collect(request);
  if (bytes === 'gone') return null;
  if (bytes === 'too_large') return { ...received, malformed: malformed('too_large') };
  const { message, source, malformed: problem } = readBody(bytes);
  const { era, envelope, mirrored, contradiction } = message ? eraOf(message, request) : SESSION;
  return { exchange, address, verb, bytes, message, source, malformed: problem, era, envelope, mirrored, contradiction };
}

type Speech = Pick<Received, 'era' | 'envelope' | 'mirrored' | 'contradiction'>;

const SESSION: Speech = { era: 'session', envelope: null, mirrored: null, contradiction: null };

/** Most requests are of a session: they say so by a header of such a revision, or by none, and are looked at no further. */
function eraOf(message: Message, request: IncomingMessage): Speech {
  const claims = claimsStateless({ message });
  const version = request.headers['mcp-protocol-version'];
  if (!claims && (version === undefined || (typeof version === 'string' && eraOfVersion(version) === 'session'))) return SESSION;
  const mirrored = readMirroredHeaders(request.rawHeaders);
  if (!('get' in mirrored)) return contradicting({ ok: false, ...mirrored }, claims);
  const reading = readEra(message, mirrored);
  if (!reading.ok) return contradicting(reading, claims || headerEra(request) === 'stateless');
  return reading.era === 'session' ? SESSION : { era: 'stateless', envelope: reading.envelope, mirrored, contradiction: null };
}

const contradicting = (contradiction: EraRefusal, isStateless: boolean): Speech => ({
  ...SESSION,
  era: isStateless ? 'stateless' : 'session',
  contradiction,
});

function headerEra({ headers }: IncomingMessage): Received['era'] {
  const version = headers['mcp-protocol-version'];
  return typeof version === 'string' && eraOfVersion(version) === 'stateless' ? 'stateless' : 'session';
}

function readBody(bytes: Buffer): Pick<Received, 'message' | 'source' | 'malformed'> {
  if (!isUtf8(bytes)) return { message: null, source: null, malformed: malformed('parse_error', 'The body is not UTF-8.') };
  const read = readMessage(bytes.toString('utf8'));
  if (read.ok) return { message: read.message, source: read.source, malformed: null };
  return { message: null, source: null, malformed: { ...malformed(read.fault, read.message), id: read.id } };
}

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
