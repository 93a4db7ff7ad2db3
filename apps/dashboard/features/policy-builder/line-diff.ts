/** A line of a comparison; the numbers count from 1 in the text that has the line. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
  before: number | null;
  after: number | null;
}

/** Above this many cells the table of the longest common subsequence is not built: what differs is shown as one block. */
const MAX_CELLS = 4_000_000;

/** Compares two texts line by line; lines that stay are the longest common subsequence. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const old = before.split('\n');
  const now = after.split('\n');
  const head = commonHead(old, now);
  const tail = commonTail(old, now, head);
  const result: DiffLine[] = [];
  const push = (kind: DiffLine['kind'], i: number, j: number) =>
    result.push({
      kind,
      text: (kind === 'added' ? now[j] : old[i]) as string,
      before: kind === 'added' ? null : i + 1,
      after: kind === 'removed' ? null : j + 1,
    });

  for (let i = 0; i < head; i++) push('same', i, i);
  middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail), (kind, i, j) => push(kind, i + head, j + head));
  for (let k = tail; k > 0; k--) push('same', old.length - k, now.length - k);
  return result;
}

/** The comparison with only `context` unchanged lines around each change; a number stands for that many lines left out. */
export function foldDiff(lines: DiffLine[], context = 3): (DiffLine | number)[] {
  const keep = new Uint8Array(lines.length);
  lines.forEach((line, at) => {
    if (line.kind !== 'same') keep.fill(1, Math.max(0, at - context), at + context + 1);
  });
  const result: (DiffLine | number)[] = [];
  lines.forEach((line, at) => {
    const last = result.at(-1);
    if (keep[at]) result.push(line);
    else if (typeof last === 'number') result[result.length - 1] = last + 1;
    else result.push(1);
  });
  return result;
}

function commonHead(old: string[], now: string[]): number {
  let at = 0;
  while (at < old.length && at < now.length && old[at] === now[at]) at++;
  return at;
}

function commonTail(old: string[], now: string[], head: number): number {
  let at = 0;
  while (at < old.length - head && at < now.length - head && old[old.length - 1 - at] === now[now.length - 1 - at]) at++;
  return at;
}

function middle(old: string[], now: string[], emit: (kind: DiffLine['kind'], i: number, j: number) => void): void {
  let [i, j] = [0, 0];
  if (old.length * now.length <= MAX_CELLS) {
    const width = now.length + 1;
    const longest = longestTable(old, now);
    while (i < old.length && j < now.length) {
      if (old[i] === now[j]) emit('same', i++, j++);
      else if ((longest[(i + 1) * width + j] as number) >= (longest[i * width + j + 1] as number)) emit('removed', i++, j);
      else emit('added', i, j++);
    }
  }
  while (i < old.length) emit('removed', i++, j);
  while (j < now.length) emit('added', i, j++);
}

/** Cell (i, j): length of the longest common subsequence of what follows line i of one and line j of the other. */
function longestTable(old: string[], now: string[]): Uint32Array {
  const width = now.length + 1;
  const table = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      table[i * width + j] =
        old[i] === now[j]
          ? (table[(i + 1) * width + j + 1] as number) + 1
          : Math.max(table[(i + 1) * width + j] as number, table[i * width + j + 1] as number);
    }
  }
  return table;
}
