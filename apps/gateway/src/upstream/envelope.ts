/** The envelope of a JSON-RPC message, and nothing but it (JSON-RPC 2.0 sections 4 and 5). */
import { RESPONSE_KEYS } from '@toolgate/mcp/is-response';

/** `isResponse`, of a text that is too long to be parsed: one pass over its bytes. @returns the id, or undefined when it is no response. */
export function responseId(bytes: Buffer): unknown {
  const members = membersOf(bytes);
  if (!members || [...members.keys()].some((key) => !RESPONSE_KEYS.has(key))) return undefined;
  if (members.has('result') === members.has('error') || bytes[(members.get('result') ?? members.get('error'))!.start] !== OPEN_OBJECT)
    return undefined;
  const id = members.get('id');
  try {
    return id && JSON.parse(bytes.toString('utf8', id.start, id.end));
  } catch {
    return undefined;
  }
}

/** Whether every reader sees the same request or notification in it: no name twice, none with an escape, none that is not the protocol's. */
export function isPlainCall(text: string): boolean {
  const members = membersOf(Buffer.from(text));
  return members !== null && [...members.keys()].every((key) => CALL_KEYS.has(key));
}

const CALL_KEYS = new Set(['jsonrpc', 'id', 'method', 'params']);

export interface Span {
  start: number;
  end: number;
}

export type Members = ReadonlyMap<string, Span>;

/** Where the members of the outermost object are, by name. Null: no object, a name twice, or a name with an escape in it. */
export function membersOf(bytes: Buffer): Members | null {
  const members = new Map<string, Span>();
  let i = afterSpace(bytes, 0);
  if (bytes[i++] !== OPEN_OBJECT) return null;
  const first = afterSpace(bytes, i);
  if (bytes[first] === CLOSE_OBJECT) return afterSpace(bytes, first + 1) === bytes.length ? members : null;
  for (;;) {
    const quote = afterSpace(bytes, i);
    const close = endOfString(bytes, quote);
    const key = bytes.toString('utf8', quote + 1, close - 1);
    const colon = afterSpace(bytes, close);
    if (bytes[quote] !== QUOTE || bytes[colon] !== COLON || key.includes('\\') || members.has(key)) return null;
    const start = afterSpace(bytes, colon + 1);
    const end = endOfValue(bytes, start);
    members.set(key, { start, end });
    if (bytes[end] === CLOSE_OBJECT) return afterSpace(bytes, end + 1) === bytes.length ? members : null;
    if (bytes[end] !== COMMA) return null;
    i = end + 1;
  }
}

/** Where the elements of the outermost list are. Null: no list. */
export function elementsOf(bytes: Buffer): Span[] | null {
  const elements: Span[] = [];
  let i = afterSpace(bytes, 0);
  if (bytes[i++] !== OPEN_ARRAY) return null;
  if (bytes[afterSpace(bytes, i)] === CLOSE_ARRAY) return elements;
  for (;;) {
    const start = afterSpace(bytes, i);
    const end = endOfValue(bytes, start);
    elements.push({ start, end });
    if (bytes[end] === CLOSE_ARRAY) return elements;
    if (bytes[end] !== COMMA) return null;
    i = end + 1;
  }
}

/** The index of the comma or bracket behind the value, or the text's end. */
function endOfValue(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) i = endOfString(bytes, i) - 1;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (depth-- === 0) return i;
    } else if (byte === COMMA && depth === 0) return i;
  }
  return bytes.length;
}

/** The index behind the closing quote, or the text's end. */
function endOfString(bytes: Buffer, quote: number): number {
  for (let i = quote + 1; i < bytes.length; i++) {
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === QUOTE) return i + 1;
  }
  return bytes.length;
}

function afterSpace(bytes: Buffer, from: number): number {
  let i = from;
  while (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09) i++;
  return i;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
