/** Other values at places of a JSON text; every other byte stays as it is. */
import { elementsOf, membersOf, type Span } from '../upstream/envelope.ts';

export interface Edit {
  /** Names of members and indexes of elements, from the outside in. */
  path: readonly (string | number)[];
  value: unknown;
}

/** Beyond so many places, writing the text anew is less work than cutting it up. */
const MAX_EDITS = 64;

/** @throws when the text is no JSON, or a place is not there. */
export function replaceAt(bytes: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return bytes;
  return (edits.length > MAX_EDITS ? null : spliceAt(bytes, edits)) ?? rewriteAt(bytes, edits);
}

/** Of texts that cannot be cut up: numbers that no double holds do not survive it. */
function rewriteAt(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const root: unknown = JSON.parse(bytes.toString('utf8'));
  for (const { path, value } of edits) {
    let holder = root as Record<string | number, unknown>;
    for (const step of path.slice(0, -1)) holder = holder[step] as typeof holder;
    holder[path.at(-1) as string] = value;
  }
  return Buffer.from(JSON.stringify(root));
}

/** Null: a place is not there, or the text has objects in which names are escaped or doubled. */
function spliceAt(bytes: Buffer, edits: readonly Edit[]): Buffer | null {
  const found: (Span & { text: string })[] = [];
  for (const { path, value } of edits) {
    const span = spanAt(bytes, path);
    if (!span) return null;
    found.push({ ...span, text: JSON.stringify(value) });
  }
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of found.sort((a, b) => a.start - b.start)) {
    if (start < at) return null;
    parts.push(bytes.subarray(at, start), Buffer.from(text));
    at = end;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}

function spanAt(bytes: Buffer, path: Edit['path']): Span | null {
  let start = 0;
  let end = bytes.length;
  for (const step of path) {
    const inside = bytes.subarray(start, end);
    const span = typeof step === 'number' ? elementsOf(inside)?.[step] : membersOf(inside)?.get(step);
    if (!span) return null;
    end = start + span.end;
    start += span.start;
  }
  // The space behind a value is none of it.
  while (SPACES.has(bytes[end - 1] as number)) end--;
  return { start, end };
}

const SPACES = new Set([0x20, 0x0a, 0x0d, 0x09]);
