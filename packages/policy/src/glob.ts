/** Whether a name under `tools`, `hide` or `methods` is a glob. */
export const isGlob = (pattern: string): boolean => pattern.includes('*');

/** How specific a glob is: its literal characters (code points), without the stars. */
export function literalCharacters(pattern: string): number {
  return [...pattern.replaceAll('*', '')].length;
}

/** A matcher for a name or glob; `*` stands for any run of characters. Leftmost search part by part, so it never backtracks: linear time. */
export function compileGlob(pattern: string): (name: string) => boolean {
  if (!isGlob(pattern)) return (name) => name === pattern;
  const parts = pattern.split('*');
  const first = parts[0]!;
  const last = parts.at(-1)!;
  const searches = parts
    .slice(1, -1)
    .filter((part) => part !== '')
    .map(searchFor);
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    const end = name.length - last.length;
    let from = first.length;
    for (const search of searches) {
      from = search(name, from, end);
      if (from < 0) return false;
    }
    return true;
  };
}

type Search = (name: string, from: number, end: number) => number;

/** Up to this length the engine's own search is as good as linear. */
const SHORT = 8;

/** Finds where the first occurrence of a part within `from` … `end` ends; -1 when there is none. */
function searchFor(part: string): Search {
  if (part.length > SHORT) return linearSearchFor(part);
  return (name, from, end) => {
    const at = name.indexOf(part, from);
    return at < 0 || at + part.length > end ? -1 : at + part.length;
  };
}

/** The search of Knuth, Morris and Pratt: engines take, at worst, the product of both lengths. Its table is made at the first use. */
function linearSearchFor(part: string): Search {
  let borders: Int32Array | undefined;
  return (name, from, end) => {
    if (end - from < part.length) return -1;
    borders ??= bordersOf(part);
    let matched = 0;
    for (let index = from; index < end; index++) {
      while (matched > 0 && name[index] !== part[matched]) matched = borders[matched - 1]!;
      if (name[index] === part[matched]) matched += 1;
      if (matched === part.length) return index + 1;
    }
    return -1;
  };
}

/** For each beginning of a text the length of its longest proper beginning that is also its end. */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length);
  for (let index = 1, matched = 0; index < text.length; index++) {
    while (matched > 0 && text[index] !== text[matched]) matched = borders[matched - 1]!;
    if (text[index] === text[matched]) matched += 1;
    borders[index] = matched;
  }
  return borders;
}
