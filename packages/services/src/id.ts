import { randomUUID } from 'node:crypto';

/** A new UUID of version 7 (RFC 9562 section 5.7): sorts by the time it was made, in milliseconds. */
export function newId(now = Date.now()): string {
  const time = now.toString(16).padStart(12, '0');
  // Of a random UUID only the version is replaced: Node keeps random bytes for these ready, and ids are made on the hot path.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
