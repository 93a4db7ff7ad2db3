import { fromPointer } from '@toolgate/policy/pointer';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';

/** The line of a policy's text, from 1, that a pointer names; null when it names nothing there. */
export function lineOf(source: string, pointer: string): number | null {
  const root = parseTree(source);
  const path = fromPointer(pointer).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  const node = root && findNodeAtLocation(root, path);
  if (!node) return null;
  const { offset } = node.parent?.type === 'property' ? node.parent : node;
  return source.slice(0, offset).split('\n').length;
}
