/** A line of the comparison of two definitions of a tool. */
export interface DefinitionLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

type Definition = Record<string, unknown> | null;

/** The parts of a definition that differ, line by line: what an agent would read differently. */
export function definitionDiff(before: Definition, after: Definition): { part: string; lines: DefinitionLine[] }[] {
  return PARTS.flatMap((part) => {
    const [old, now] = [linesOf(before?.[part]), linesOf(after?.[part])];
    return old.join('\n') === now.join('\n') ? [] : [{ part, lines: compare(old, now) }];
  });
}

const PARTS = ['title', 'description', 'inputSchema', 'outputSchema', 'annotations'] as const;

function linesOf(value: unknown): string[] {
  if (value === null || value === undefined || value === '') return [];
  return (typeof value === 'string' ? value : JSON.stringify(value, null, 2)).split('\n');
}

/** Common beginning and end stay; what is between them is shown as taken away, then as added. */
function compare(old: string[], now: string[]): DefinitionLine[] {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const as = (kind: DefinitionLine['kind']) => (text: string) => ({ kind, text });
  return [
    ...old.slice(Math.max(0, head - CONTEXT), head).map(as('same')),
    ...old.slice(head, old.length - tail).map(as('removed')),
    ...now.slice(head, now.length - tail).map(as('added')),
    ...old.slice(old.length - tail, old.length - tail + CONTEXT).map(as('same')),
  ];
}

const CONTEXT = 3;
