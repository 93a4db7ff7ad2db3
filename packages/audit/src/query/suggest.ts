/** The candidate that a misspelt word probably means; undefined when none is near. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const plain = word.slice(0, 40).toLowerCase().replaceAll('-', '_');
  if (plain === '') return undefined;
  const starting = candidates.filter((candidate) => candidate.startsWith(plain));
  if (starting.length === 1) return starting[0];
  const near = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(plain, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = near;
  return best && best.distance <= Math.max(1, Math.floor(plain.length / 3)) ? best.candidate : undefined;
}

/** Insertions, deletions and replacements (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] as number;
}
