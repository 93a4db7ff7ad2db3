/** Event ids at an organization's URL: how far the streams of each server have been read (2025-11-25, "Resumability and Redelivery"). */
import { z } from 'zod';

export interface Position {
  /** `one`: of the answer to a request, which one server gives. `all`: of the stream that joins what every server says unasked. */
  stream: 'one' | 'all';
  /** The last event id of each server, by slug. */
  events: Map<string, string>;
}

const Written = z.tuple([z.enum(['one', 'all']), z.array(z.tuple([z.string(), z.string()])).max(1000)]);
const MAX_LENGTH = 8192;

export function writePosition({ stream, events }: Position): string {
  return Buffer.from(JSON.stringify([stream, [...events]])).toString('base64url');
}

/** Null: no event id of ours. */
export function readPosition(text: unknown): Position | null {
  if (typeof text !== 'string' || text.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  try {
    const [stream, events] = Written.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { stream, events: new Map(events) };
  } catch {
    return null;
  }
}
