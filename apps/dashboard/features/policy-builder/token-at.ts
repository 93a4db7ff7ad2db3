import { createScanner } from 'jsonc-parser';

/** The text or word that the cursor is in or behind; an empty one where there is none. */
export interface TokenAt {
  from: number;
  to: number;
  /** A text in quotes that has begun before the cursor. */
  quoted: boolean;
}

// Values of jsonc-parser's const enum SyntaxKind, which does not exist at run time.
const STRING: number = 10;
const UNKNOWN: number = 16;
const END: number = 17;

/** Null: behind something that nothing can follow at once, such as a closing quote. */
export function tokenAt(text: string, offset: number): TokenAt | null {
  const scanner = createScanner(text, true);
  for (let kind = scanner.scan() as number; kind !== END && scanner.getTokenOffset() < offset; kind = scanner.scan()) {
    const from = scanner.getTokenOffset();
    const end = from + scanner.getTokenLength();
    if (end < offset) continue;
    const closed = (scanner.getTokenError() as number) === 0;
    if (kind === STRING) return stringAt(text, offset, from, closed ? end : null);
    if (end === offset && /^[\w.-]+$/.test(text.slice(from, end))) return { from, to: end, quoted: false };
    if (kind === UNKNOWN) return null;
  }
  return { from: offset, to: offset, quoted: false };
}

/** A quote that was opened just now swallows what follows it up to the next one: punctuation tells. */
function stringAt(text: string, offset: number, from: number, end: number | null): TokenAt | null {
  if (end === offset) return null;
  const swallows = end === null || /[{}[\],:]/.test(text.slice(offset, end));
  return { from, to: swallows ? offset : end, quoted: true };
}
