/** The text of a query as words: what stands between spaces, where quotes hold spaces together. */
export interface Word {
  /** Where it begins in the text, and its length, in UTF-16 code units. */
  offset: number;
  text: string;
  /** A quote was opened and never closed. */
  open: boolean;
}

export function splitWords(text: string): Word[] {
  const words: Word[] = [];
  let start = -1;
  let quoted = false;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === undefined || (!quoted && isSpace(character))) {
      if (start >= 0) words.push({ offset: start, text: text.slice(start, at), open: quoted });
      start = -1;
      continue;
    }
    if (start < 0) start = at;
    if (quoted && character === '\\') at = Math.min(at + 1, text.length - 1);
    else if (character === '"') quoted = !quoted;
  }
  return words;
}

/** A part of a word: what is quoted means itself, in what is not `*` means anything. */
export interface Segment {
  text: string;
  quoted: boolean;
}

export interface ListItem {
  /** Within the text that was given. */
  offset: number;
  length: number;
  segments: Segment[];
}

/** `a,"b c",d*` as its items. Each item: quoted and bare segments side by side. */
export function splitList(text: string): ListItem[] {
  const items: ListItem[] = [];
  let item: ListItem = { offset: 0, length: 0, segments: [] };
  let quoted = false;
  const add = (character: string) => {
    const last = item.segments.at(-1);
    if (last && last.quoted === quoted) last.text += character;
    else item.segments.push({ text: character, quoted });
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (quoted && character === '\\' && at + 1 < text.length) add(text[++at] as string);
    else if (character === '"') {
      quoted = !quoted;
      if (quoted) item.segments.push({ text: '', quoted });
    } else if (!quoted && character === ',') {
      items.push({ ...item, length: at - item.offset });
      item = { offset: at + 1, length: 0, segments: [] };
    } else add(character);
  }
  items.push({ ...item, length: text.length - item.offset });
  return items;
}

export const isSpace = (character: string): boolean => /\s/.test(character);
