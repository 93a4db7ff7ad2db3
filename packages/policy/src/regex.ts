import { RE2JS } from 're2js';

const MAX_PATTERN_BYTES = 512;
/** 64 KiB. */
const MAX_INPUT_LENGTH = 65_536;
/** Instructions × characters of one decision: about 50 ms at worst, so that no call can hold up the others. */
export const REGEX_WORK = 8_000_000;
/** Instructions: larger ones could not judge even a short text within their work. */
const MAX_PROGRAM = 4_000;

/** What is left of the work that one decision may spend on regular expressions. */
export interface RegexWork {
  left: number;
}

/** Why RE2 or Toolgate refuses a pattern; null when it is fine. */
export function regexProblem(pattern: string): string | null {
  const known = problems.get(pattern);
  if (known !== undefined) return known;
  if (problems.size >= MAX_REMEMBERED) problems.clear();
  const problem = findProblem(pattern);
  problems.set(pattern, problem);
  return problem;
}

/** Documents repeat their patterns, and every edit reads the document again. */
const problems = new Map<string, string | null>();
const MAX_REMEMBERED = 1_000;

function findProblem(pattern: string): string | null {
  if (utf8Length(pattern) > MAX_PATTERN_BYTES) return `is longer than ${MAX_PATTERN_BYTES} bytes`;
  try {
    return RE2JS.compile(pattern).programSize() > MAX_PROGRAM ? 'is too large when its repetitions are written out' : null;
  } catch (error) {
    return `is not a regular expression that RE2 accepts (${error instanceof Error ? error.message : 'refused'})`;
  }
}

/** Unanchored RE2 search; null when the text is too long for it. Compiled at its first use. */
export function compileRegex(pattern: string): (text: string, work: RegexWork) => boolean | null {
  let regex: RE2JS | undefined;
  return (text, work) => {
    if (text.length > MAX_INPUT_LENGTH || utf8Length(text) > MAX_INPUT_LENGTH) return null;
    regex ??= RE2JS.compile(pattern);
    work.left -= regex.programSize() * (text.length + 1);
    return work.left < 0 ? null : regex.test(text);
  };
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
