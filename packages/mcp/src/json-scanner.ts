/** One pass over a JSON text, without recursion: checks the grammar and the limits, builds the value, remembers where members stand. */
import { fold, foldsToKnown, isKnown, type Place, placeInside } from './envelope-keys.ts';

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
  | 'number_out_of_range'
  | 'unsafe_id';

/** A member of one of the message's own objects, and where its value stands in the text, in UTF-16 units. */
export interface Member {
  place: Place;
  key: string;
  start: number;
  end: number;
}

/** The object or the list that is being filled. */
interface Frame {
  object: Record<string, unknown> | null;
  list: unknown[];
  place: Place | null;
  /** Keys of nobody's as a reader sees them that ignores case; kept where that matters. */
  folded: Set<string> | null;
  /** The key whose value comes next, and where that begins. */
  key: string;
  start: number;
}

const VALUE = 0;
const FIRST_ITEM = 1;
const FIRST_KEY = 2;
const KEY = 3;
const AFTER_VALUE = 4;
const END = 5;
type Expected = typeof VALUE | typeof FIRST_ITEM | typeof FIRST_KEY | typeof KEY | typeof AFTER_VALUE | typeof END;

export class JsonScanner {
  /** What is wrong with the text; null when it was read to its end. */
  problem: JsonProblem | null = null;
  value: unknown;
  readonly members: Member[] = [];
  private readonly text: string;
  private i = 0;
  private readonly frames: Frame[] = [];
  private top: Frame | null = null;
  private keys = 0;
  private values = 0;

  constructor(text: string) {
    this.text = text;
  }

  scan(): void {
    let expected: Expected = isWellFormed(this.text) ? VALUE : this.refuse('lone_surrogate');
    while (expected !== END) {
      const code = this.skipSpace();
      if (expected === AFTER_VALUE) expected = this.afterValue(code);
      else if (expected === FIRST_KEY) expected = code === CLOSE_OBJECT ? this.close() : this.readKey(code);
      else if (expected === KEY) expected = this.readKey(code);
      else if (expected === FIRST_ITEM && code === CLOSE_ARRAY) expected = this.close();
      else expected = this.readValue(code);
    }
  }

  private refuse(problem: JsonProblem): typeof END {
    this.problem = problem;
    return END;
  }

  /** @returns the code of what comes next; NaN at the end. */
  private skipSpace(): number {
    let code = this.text.charCodeAt(this.i);
    while (code === SPACE || code === LINE_FEED || code === RETURN || code === TAB) code = this.text.charCodeAt(++this.i);
    return code;
  }

  private readValue(code: number): Expected {
    const { top } = this;
    if (top !== null) top.start = this.i;
    if (code === QUOTE) {
      const text = this.readString();
      return text === null ? END : this.finish(text);
    }
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) return this.open(code === OPEN_OBJECT);
    if (code === MINUS || (code >= ZERO && code <= NINE)) return this.readNumber(code);
    if (this.text.startsWith('true', this.i)) return this.skip(4, true);
    if (this.text.startsWith('false', this.i)) return this.skip(5, false);
    if (this.text.startsWith('null', this.i)) return this.skip(4, null);
    return this.refuse('syntax');
  }

  private skip(length: number, value: unknown): Expected {
    this.i += length;
    return this.finish(value);
  }

  /** A value is whole: into its object or list with it. */
  private finish(value: unknown): Expected {
    const { top } = this;
    if (top === null) this.value = value;
    else if (top.object === null) top.list.push(value);
    else {
      top.object[top.key] = value;
      if (top.place !== null) this.members.push({ place: top.place, key: top.key, start: top.start, end: this.i });
    }
    return AFTER_VALUE;
  }

  private afterValue(code: number): Expected {
    const { top } = this;
    if (top === null) return this.i === this.text.length ? END : this.refuse('syntax');
    if (code === (top.object === null ? CLOSE_ARRAY : CLOSE_OBJECT)) return this.close();
    if (code !== COMMA) return this.refuse('syntax');
    if (++this.values > MAX_VALUES) return this.refuse('too_many_values');
    this.i++;
    return top.object === null ? VALUE : KEY;
  }

  private open(object: boolean): Expected {
    if (this.frames.length >= MAX_DEPTH) return this.refuse('too_deep');
    if (++this.values > MAX_VALUES) return this.refuse('too_many_values');
    const place = object ? this.placeOfNext() : null;
    this.top = { object: object ? {} : null, list: object ? NONE : [], place, folded: null, key: '', start: 0 };
    this.frames.push(this.top);
    this.i++;
    return object ? FIRST_KEY : FIRST_ITEM;
  }

  private placeOfNext(): Place | null {
    return this.top === null ? 'root' : placeInside(this.top.place, this.top.key);
  }

  private close(): Expected {
    const { object, list } = this.frames.pop()!;
    this.top = this.frames.at(-1) ?? null;
    this.i++;
    return this.finish(object ?? list);
  }

  private readKey(code: number): Expected {
    if (code !== QUOTE) return this.refuse('syntax');
    const key = this.readString();
    if (key === null) return END;
    if (++this.keys > MAX_KEYS) return this.refuse('too_many_keys');
    const problem = takeKey(this.top!, key);
    if (problem !== null) return this.refuse(problem);
    if (this.skipSpace() !== COLON) return this.refuse('syntax');
    this.i++;
    return VALUE;
  }

  /** @returns the string that begins here; null when it is refused. */
  private readString(): string | null {
    const start = this.i;
    PLAIN.lastIndex = start + 1;
    PLAIN.test(this.text);
    const end = PLAIN.lastIndex;
    if (this.text.charCodeAt(end) === QUOTE) {
      this.i = end + 1;
      return this.text.slice(start + 1, end);
    }
    const quote = endOfEscaped(this.text, end);
    const decoded = quote < 0 ? null : decode(this.text.slice(start, quote + 1));
    this.i = quote + 1;
    if (decoded === null) this.refuse('syntax');
    else if (!isWellFormed(decoded)) this.refuse('lone_surrogate');
    return this.problem === null ? decoded : null;
  }

  private readNumber(first: number): Expected {
    const { text } = this;
    const start = first === MINUS ? this.i + 1 : this.i;
    let i = start;
    let value = 0;
    let code = text.charCodeAt(i);
    for (; code >= ZERO && code <= NINE; code = text.charCodeAt(++i)) value = value * 10 + code - ZERO;
    if (i === start || (i > start + 1 && text.charCodeAt(start) === ZERO)) return this.refuse('syntax');
    if (code !== POINT && code !== LOWER_E && code !== UPPER_E && i - start <= 15)
      return this.finishNumber(i, first === MINUS ? -value : value);
    if (this.isId() && (code === POINT || code === LOWER_E || code === UPPER_E)) return this.refuse('unsafe_id');
    const point = i;
    if (code === POINT)
      for (code = text.charCodeAt(++i); code >= ZERO && code <= NINE; code = text.charCodeAt(++i)) value = value * 10 + code - ZERO;
    const decimals = i - point - 1;
    if (decimals === 0) return this.refuse('syntax');
    if (code === LOWER_E || code === UPPER_E) {
      i = endOfExponent(text, i + 1);
      if (i < 0) return this.refuse('syntax');
    }
    // Up to 15 digits and their power of ten are exact, so that the quotient is rounded once and correctly.
    const isExact = code !== LOWER_E && code !== UPPER_E && i - start <= 16 && decimals > 0;
    value = isExact ? value / POWERS_OF_TEN[decimals]! : Number(text.slice(start, i));
    return this.finishNumber(i, first === MINUS ? -value : value);
  }

  private finishNumber(end: number, value: number): Expected {
    this.i = end;
    if (this.isId() && !isExactId(value)) return this.refuse('unsafe_id');
    return Number.isFinite(value) ? this.finish(value) : this.refuse('number_out_of_range');
  }

  private isId(): boolean {
    return this.top !== null && this.top.place === 'root' && this.top.key === 'id';
  }
}

/** Only the id is compared again after the answer; other numbers stay in the bytes as the caller wrote them. */
function isExactId(id: number): boolean {
  return Number.isSafeInteger(id) && !Object.is(id, -0);
}

function takeKey(frame: Frame, key: string): JsonProblem | null {
  // After a key that ends in a backslash, V8 13.6 (Node 24) takes other keys that are written with escapes for that one.
  if (key === '__proto__' || key.endsWith('\\')) return 'forbidden_key';
  if (Object.hasOwn(frame.object!, key)) return 'duplicate_key';
  frame.key = key;
  // Another spelling of a known key is refused wherever it stands, so only unknown ones are compared with each other.
  if (frame.place === null || isKnown(frame.place, key)) return null;
  const folded = fold(key);
  frame.folded ??= new Set();
  if (frame.folded.has(folded) || foldsToKnown(frame.place, folded)) return 'case_variant_key';
  frame.folded.add(folded);
  return null;
}

/** The index behind the exponent whose letter stands before `from`, or -1. */
function endOfExponent(text: string, from: number): number {
  let i = from;
  let code = text.charCodeAt(i);
  if (code === PLUS || code === MINUS) code = text.charCodeAt(++i);
  const digits = i;
  while (code >= ZERO && code <= NINE) code = text.charCodeAt(++i);
  return i > digits ? i : -1;
}

/** The index of the closing quote, or -1. Whether the escapes are right is left to `decode`. */
function endOfEscaped(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i++;
    else if (code < SPACE) return -1;
  }
  return -1;
}

function decode(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}

/** Part of the language since ES2024, and at once where a text has no characters beyond Latin-1. */
function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}

const NONE: never[] = [];
/** All but control characters, quote and backslash. */
const PLAIN = /[ !#-[\]-\uffff]*/y;

const POWERS_OF_TEN = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const UPPER_E = 0x45;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const LOWER_E = 0x65;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
