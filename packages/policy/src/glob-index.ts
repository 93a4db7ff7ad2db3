import { compileGlob, isGlob, literalCharacters } from './glob.ts';

interface Entry<T> {
  /** Of two globs that match, the lower applies. */
  rank: number;
  matches(name: string): boolean;
  value: T;
}

/** Globs with one star whose texts before and after it have these lengths. */
interface Shape {
  before: number;
  after: number;
}

/** Globs of more shapes than this are tried one by one. */
const MAX_SHAPES = 64;

/**
 * Finds what a name means among names and globs: the exact name, else the matching glob with the most literal characters, ties in the
 * order of the entries. Of thousands of globs with one star, at most one of each shape is looked at: the one that the name would make.
 */
export function globIndex<T>(entries: readonly (readonly [string, T])[]): (name: string) => T | null {
  const exact = new Map(entries.filter(([name]) => !isGlob(name)));
  const { shapes, byText, tried } = indexed(entries.filter(([name]) => isGlob(name)));
  return (name) => {
    if (exact.has(name)) return exact.get(name)!;
    let best: Entry<T> | null = null;
    for (const { before, after } of shapes) {
      if (before + after > name.length) continue;
      const found = byText.get(`${name.slice(0, before)}*${name.slice(name.length - after)}`);
      if (found && (best === null || found.rank < best.rank)) best = found;
    }
    for (const entry of tried) {
      if (best !== null && best.rank < entry.rank) break;
      if (entry.matches(name)) best = entry;
    }
    return best?.value ?? null;
  };
}

function indexed<T>(globs: readonly (readonly [string, T])[]): { shapes: Shape[]; byText: Map<string, Entry<T>>; tried: Entry<T>[] } {
  const sorted = globs
    .map(([text, value]) => ({ text, value, literals: literalCharacters(text) }))
    .sort((a, b) => b.literals - a.literals)
    .map(({ text, value }, rank) => ({ text, entry: { rank, value, matches: compileGlob(text) } }));
  const single = sorted.filter(({ text }) => text.indexOf('*') === text.lastIndexOf('*'));
  const shapes = new Map(single.map(({ text }) => [shapeOf(text).join(), shapeOf(text)]));
  if (shapes.size > MAX_SHAPES) return { shapes: [], byText: new Map(), tried: sorted.map(({ entry }) => entry) };
  return {
    shapes: [...shapes.values()].map(([before, after]) => ({ before, after })),
    byText: new Map(single.map(({ text, entry }) => [text, entry])),
    tried: sorted.filter(({ text }) => text.indexOf('*') !== text.lastIndexOf('*')).map(({ entry }) => entry),
  };
}

function shapeOf(glob: string): [before: number, after: number] {
  const star = glob.indexOf('*');
  return [star, glob.length - star - 1];
}
