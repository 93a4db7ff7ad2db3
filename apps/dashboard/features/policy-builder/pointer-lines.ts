import { fromPointer } from '@toolgate/policy/pointer';
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';

/** Where a rule pointer points in the text of a document. Lines count from 1, both ends included. */
export interface PointerLines {
  offset: number;
  length: number;
  firstLine: number;
  lastLine: number;
  /** False when the pointer's own value is gone, and this is the nearest part around it that is there. */
  exact: boolean;
}

/** @param pointer RFC 6901, such as `/tools/image_to_image/limits/0`. Null when the text is no JSON. */
export const pointerLines = (source: string, pointer: string): PointerLines | null => pointerFinder(source)(pointer);

/** The same for many pointers into one text, which is parsed once. */
export function pointerFinder(source: string): (pointer: string) => PointerLines | null {
  const root = parseTree(source);
  const lineAt = lineCounter(source);
  return (pointer) => {
    if (!root) return null;
    const path = fromPointer(pointer);
    let found: Node = root;
    let depth = 0;
    for (; depth < path.length; depth++) {
      const next = step(found, path[depth] as string);
      if (!next) break;
      found = next;
    }
    // A property is marked with its name, not only its value.
    const { offset, length } = found.parent?.type === 'property' ? found.parent : found;
    return { offset, length, firstLine: lineAt(offset), lastLine: lineAt(offset + length), exact: depth === path.length };
  };
}

function step(node: Node, key: string): Node | undefined {
  if (node.type === 'array') return /^\d+$/.test(key) ? findNodeAtLocation(node, [Number(key)]) : undefined;
  return node.type === 'object' ? findNodeAtLocation(node, [key]) : undefined;
}

/** Gives the line of an offset, counted from 1. */
function lineCounter(source: string): (offset: number) => number {
  const ends: number[] = [];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) ends.push(at);
  return (offset) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
