import { applyEdits, format } from 'jsonc-parser';

/** The same document laid out over lines, two spaces deep; what it says does not change. */
export const formatSource = (source: string): string =>
  applyEdits(source, format(source, undefined, { insertSpaces: true, tabSize: 2, eol: '\n', insertFinalNewline: true }));
