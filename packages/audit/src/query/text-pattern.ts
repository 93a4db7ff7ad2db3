/**
 * Free text is found in any case of its letters, where both cases are one character each: `größe` finds `GRÖßE`, not `GRÖSSE`. Letters
 * of ASCII are the same as each other only: `i` finds neither `İ` nor `ı`, whatever the language of the database.
 * @returns what PostgreSQL's regular expressions and those of JavaScript (with `u`) understand alike
 */
export function textPattern(text: string): string {
  let pattern = '';
  for (const character of text) {
    const cases = casesOf(character);
    pattern += cases.length > 1 ? `[${cases.join('')}]` : character.replace(SYNTAX, '\\$&');
  }
  return pattern;
}

/** Every letter of it that has two cases is one of ASCII: a plain comparison that knows no others finds the same, and sooner. */
export function isPlainText(text: string): boolean {
  return [...text].every((character) => isAscii(character) || casesOf(character).length === 1);
}

const SYNTAX = /[\\^$.*+?()[\]{}|]/g;

/** The characters that count as this one. */
function casesOf(character: string): string[] {
  const others = [character, lower(character), upper(lower(character)), upper(character)];
  return [...new Set(others)].filter((other) => lower(other) === lower(character));
}

const lower = (character: string): string => single(character, character.toLowerCase());
const upper = (character: string): string => single(character, character.toUpperCase());

/** A change of case that makes several characters of one, or one of ASCII of another, is none. */
const single = (character: string, changed: string): string =>
  [...changed].length === 1 && isAscii(changed) === isAscii(character) ? changed : character;

const isAscii = (character: string): boolean => (character.codePointAt(0) ?? 0) < 128;
