import { isGlob } from './glob.ts';

/** One name for each way in which a name can match the patterns. `complete`: no way is left out. */
export interface NameClasses {
  names: string[];
  complete: boolean;
}

/** Steps of the search: some tens of milliseconds. Dozens of globs with stars on both sides have more classes than can be looked at. */
const MAX_WORK = 400_000;

/**
 * Finds a shortest name for every set of globs that some name matches together, other than the `taken` names: what holds for these names
 * holds for every name. A breadth-first walk over the product of the globs' automata, with one letter that stands for all unused ones.
 */
export function nameClasses(patterns: readonly string[], taken: ReadonlySet<string>): NameClasses {
  const globs = [...new Set(patterns.filter(isGlob))];
  const unused = unusedLetter([...globs, ...taken]);
  const letters = [unused, ...new Set(globs.join('').replaceAll('*', ''))].flatMap((letter) => letter.split(''));
  const found = new Map<string, string | null>();
  const seen = new Set<string>();
  let layer: State[] = [{ name: '', fresh: false, alive: globs.map((glob) => closure(glob, [0])) }];
  let work = 0;
  while (layer.length > 0) {
    const next: State[] = [];
    for (const { name, alive, fresh } of layer) {
      for (const letter of letters) {
        const state = {
          name: name + letter,
          fresh: fresh || letter === unused,
          alive: globs.map((glob, at) => step(glob, alive[at]!, letter)),
        };
        work += globs.length + 1;
        const key = `${state.fresh}${state.alive.map((positions) => positions.join()).join(';')}`;
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(state);
        const matched = globs.map((glob, at) => (state.alive[at]!.includes(glob.length) ? 1 : 0)).join('');
        if (!found.get(matched)) found.set(matched, taken.has(state.name) ? null : state.name);
        if (work > MAX_WORK)
          return { names: [...new Set([...namesOf(found), ...globs.map((each) => each.replaceAll('*', unused))])], complete: false };
      }
    }
    layer = next;
  }
  // A class of which only taken names were seen has, beyond them, at most a few short names.
  return { names: namesOf(found), complete: ![...found.values()].includes(null) };
}

interface State {
  name: string;
  /** Holds the unused letter, so that it is no taken name. */
  fresh: boolean;
  /** For each glob the positions in it that its automaton is at. */
  alive: number[][];
}

const namesOf = (found: ReadonlyMap<string, string | null>): string[] => [...found.values()].filter((name) => name !== null);

function step(glob: string, positions: number[], letter: string): number[] {
  return closure(
    glob,
    positions.flatMap((at) => (glob[at] === '*' ? [at] : glob[at] === letter ? [at + 1] : [])),
  );
}

/** A star may stand for nothing. Behind the last star reached, earlier positions say nothing more. */
function closure(glob: string, positions: number[]): number[] {
  const reached = new Set(positions);
  for (const at of reached) if (glob[at] === '*') reached.add(at + 1);
  const sorted = [...reached].sort((a, b) => a - b);
  const lastStar = sorted.findLastIndex((at) => glob[at] === '*');
  return lastStar > 0 ? sorted.slice(lastStar) : sorted;
}

function unusedLetter(names: string[]): string {
  const used = new Set(names.join(''));
  for (let code = 0x78; ; code++) if (!used.has(String.fromCharCode(code))) return String.fromCharCode(code);
}
