import { RE2JS } from 're2js';
import { regexCost } from './regex-cost.ts';
import { MAX_PATTERN_COST } from './regex-count.ts';
import { spend, type Work } from './work.ts';

const MAX_PATTERN_BYTES = 512;
/** 64 KiB. */
const MAX_INPUT_LENGTH = 65_536;
/** Instructions: larger ones could not judge even a short text within their work. */
const MAX_PROGRAM = 2_000;

/** Why RE2 or Toolgate refuses a pattern; null when it is fine. */
export function regexProblem(pattern: string): string | null {
  const compiled = compiledOnce(pattern);
  return typeof compiled === 'string' ? compiled : null;
}

/** Documents repeat their patterns, every edit reads the document again, and what was read is soon decided on. */
const remembered = new Map<string, RE2JS | string>();
const MAX_REMEMBERED = 1_000;

function compiledOnce(pattern: string): RE2JS | string {
  const known = remembered.get(pattern);
  if (known !== undefined) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const made = compiledOrProblem(pattern);
  remembered.set(pattern, made);
  return made;
}

function compiledOrProblem(pattern: string): RE2JS | string {
  if (utf8Length(pattern) > MAX_PATTERN_BYTES) return `is longer than ${MAX_PATTERN_BYTES} bytes`;
  if (regexCost(pattern) > MAX_PATTERN_COST) return 'takes too long to compile: use fewer repetitions and fewer classes such as \\pL';
  try {
    const compiled = RE2JS.compile(pattern);
    return compiled.programSize() > MAX_PROGRAM ? 'is too large when its repetitions are written out' : compiled;
  } catch (error) {
    return `is not a regular expression that RE2 accepts (${error instanceof Error ? error.message : 'refused'})`;
  }
}

/** Unanchored RE2 search; null when the text is too long for it, or the work of the decision is spent. Compiled at its first use. */
export function compileRegex(pattern: string): (text: string, work: Work) => boolean | null {
  let regex: RE2JS | undefined;
  return (text, work) => {
    // In this order, so that what is refused costs nothing.
    if (work.left < 0 || text.length > MAX_INPUT_LENGTH) return null;
    regex ??= compiledFor(pattern);
    if (!spend(work, regex.programSize() * (text.length + 1)) || utf8Length(text) > MAX_INPUT_LENGTH) return null;
    return regex.test(text);
  };
}

function compiledFor(pattern: string): RE2JS {
  const compiled = compiledOnce(pattern);
  if (typeof compiled === 'string') throw new Error(`The pattern ${compiled}`);
  return compiled;
}

/** The length in bytes that a text has in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
