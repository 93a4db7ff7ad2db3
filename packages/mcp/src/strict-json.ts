/**
 * Strict reading of a JSON-RPC body. `JSON.parse` keeps the last of two equal keys, and other parsers keep the first or fold case: what
 * is judged here could then be something else upstream. Such texts are refused, so that the original bytes can be forwarded.
 */
export const MAX_DEPTH = 64;
export const MAX_KEYS = 10_000;
/** Items of lists and nested values: what makes a small body slow to read. */
export const MAX_VALUES = 100_000;

export type JsonProblem =
  | 'syntax'
  | 'too_deep'
  | 'too_many_keys'
  | 'too_many_values'
  | 'duplicate_key'
  | 'case_variant_key'
  | 'forbidden_key'
  | 'lone_surrogate'
  | 'unsafe_id';

export type StrictJson = { ok: true; value: unknown } | { ok: false; problem: JsonProblem; message: string };

/** Reads one JSON text. The caller has decoded it with a fatal UTF-8 decoder that keeps a BOM (which is then a syntax error). */
export function readStrictJson(text: string): StrictJson {
  const problem = scan(text);
  if (problem) return { ok: false, problem, message: MESSAGES[problem] };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, problem: 'syntax', message: MESSAGES.syntax };
  }
}

const MESSAGES: Record<JsonProblem, string> = {
  syntax: 'The body is not valid JSON.',
  too_deep: `The body is nested deeper than ${MAX_DEPTH} levels.`,
  too_many_keys: `The body has more than ${MAX_KEYS} keys.`,
  too_many_values: `The body has more than ${MAX_VALUES} values.`,
  duplicate_key: 'The body names a key twice in one object.',
  case_variant_key: 'The body has a key that differs from another, or from one of the protocol, only by upper and lower case.',
  forbidden_key: 'The body has the key __proto__.',
  lone_surrogate: 'The body has a string that is not well-formed Unicode.',
  unsafe_id: 'The id must be a string, or an integer that a double holds exactly.',
};

/** Which object a frame is: keys of the envelope are also compared without regard to case. */
type Place = 'root' | 'params' | 'meta' | 'other';

interface Frame {
  object: boolean;
  place: Place;
  /** Null until the first one. */
  keys: Set<string> | null;
  /** Keys as a case-insensitive reader sees them; kept for the envelope only. */
  folded: Set<string> | null;
  expectsKey: boolean;
  /** The key whose value comes next. */
  key: string;
}

/** Keys of the envelope that an upstream acts on: no other spelling of them may slip past the policy. */
const ENVELOPE: Record<Exclude<Place, 'other'>, Set<string>> = {
  root: new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']),
  params: new Set(
    'name arguments _meta uri cursor ref argument context level task protocolVersion capabilities clientInfo requestId progressToken'.split(
      ' ',
    ),
  ),
  meta: new Set(['progressToken']),
};
const FOLDED_ENVELOPE = new Map(
  Object.entries(ENVELOPE).map(([place, keys]) => [place, new Map([...keys].map((key) => [fold(key), key]))]),
);

const ID = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;

/** Finds what `JSON.parse` would let pass. Text that is no JSON at all is left to `JSON.parse`. No recursion: depth costs no stack. */
function scan(text: string): JsonProblem | null {
  if (!isWellFormed(text)) return 'lone_surrogate';
  // Without such an escape no string can hold half a pair, so none needs a closer look.
  const escapesSurrogates = /\\u[dD]/.test(text);
  const frames: Frame[] = [];
  let top: Frame | undefined;
  let keys = 0;
  let values = 0;
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      const end = endOfString(text, i + 1);
      if (end < 0) return 'syntax';
      if (top?.object && top.expectsKey) {
        const key = decodeString(text, i, end);
        if (key === null) return 'syntax';
        if (++keys > MAX_KEYS) return 'too_many_keys';
        if (escapesSurrogates && !isWellFormed(key)) return 'lone_surrogate';
        const problem = addKey(top, key);
        if (problem) return problem;
      } else if (escapesSurrogates && hasLoneSurrogate(text, i, end)) return 'lone_surrogate';
      i = end;
      continue;
    }
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (frames.length >= MAX_DEPTH) return 'too_deep';
      if (++values > MAX_VALUES) return 'too_many_values';
      top = openFrame(code === OPEN_OBJECT, top);
      frames.push(top);
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      frames.pop();
      top = frames.at(-1);
    } else if (code === COMMA) {
      if (++values > MAX_VALUES) return 'too_many_values';
      if (top?.object) top.expectsKey = true;
    } else if (startsNumber(code)) {
      if (isUnsafeId(text, i, top)) return 'unsafe_id';
      i = endOfNumber(text, i);
      continue;
    }
    i++;
  }
  return null;
}

function openFrame(object: boolean, parent: Frame | undefined): Frame {
  const place = object ? placeOf(parent) : 'other';
  return { object, place, keys: null, folded: place === 'other' ? null : new Set(), expectsKey: object, key: '' };
}

function placeOf(parent: Frame | undefined): Place {
  if (!parent) return 'root';
  if (parent.place === 'root' && parent.key === 'params') return 'params';
  return parent.place === 'params' && parent.key === '_meta' ? 'meta' : 'other';
}

function addKey(frame: Frame, key: string): JsonProblem | null {
  if (key === '__proto__') return 'forbidden_key';
  frame.keys ??= new Set();
  if (frame.keys.has(key)) return 'duplicate_key';
  frame.keys.add(key);
  frame.key = key;
  frame.expectsKey = false;
  if (!frame.folded) return null;
  const folded = fold(key);
  const meant = FOLDED_ENVELOPE.get(frame.place)?.get(folded);
  if (frame.folded.has(folded) || (meant !== undefined && meant !== key)) return 'case_variant_key';
  frame.folded.add(folded);
  return null;
}

/** Both ways, since some letters fold in one direction only: U+017F (long s) and U+212A (Kelvin sign). */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

/** The index behind the closing quote, or -1. */
function endOfString(text: string, start: number): number {
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) i++;
    else if (code === QUOTE) return i + 1;
  }
  return -1;
}

/** The string between these quotes with its escapes resolved, or null when it is malformed. */
function decodeString(text: string, start: number, end: number): string | null {
  const raw = text.slice(start + 1, end - 1);
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(text.slice(start, end)) as string;
  } catch {
    return null;
  }
}

/** Of a string whose characters are well-formed: whether its escapes are, too. An escaped half needs its other half right behind it. */
function hasLoneSurrogate(text: string, start: number, end: number): boolean {
  let expectsLowAt = -1;
  for (let i = text.indexOf('\\', start); i >= 0 && i < end; i = text.indexOf('\\', i)) {
    if (expectsLowAt >= 0 && i !== expectsLowAt) return true;
    if (text.charCodeAt(i + 1) !== LOWER_U) {
      if (expectsLowAt >= 0) return true;
      i += 2;
      continue;
    }
    // The upper six bits tell which half it is: 110110 the high one, 110111 the low one.
    const half = Number.parseInt(text.slice(i + 2, i + 6), 16) >> 10;
    if (expectsLowAt >= 0 ? half !== 0b110111 : half === 0b110111) return true;
    i += 6;
    expectsLowAt = half === 0b110110 ? i : -1;
  }
  return expectsLowAt >= 0;
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Only the id's number is compared again after the answer; all others stay in the bytes as the caller wrote them. */
function isUnsafeId(text: string, start: number, frame: Frame | undefined): boolean {
  if (frame?.place !== 'root' || frame.key !== 'id') return false;
  ID.lastIndex = start;
  const digits = ID.exec(text)?.[0];
  return digits === undefined || digits === '-0' || !Number.isSafeInteger(Number(digits));
}

function startsNumber(code: number): boolean {
  return code === MINUS || (code >= ZERO && code <= NINE);
}

function endOfNumber(text: string, start: number): number {
  let i = start + 1;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Digits, sign, point and exponent.
    if (!((code >= ZERO && code <= NINE) || code === MINUS || code === 0x2b || code === 0x2e || code === 0x45 || code === 0x65)) break;
  }
  return i;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
