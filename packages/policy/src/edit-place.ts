import { EditedText } from './edited-text.ts';
import { isObject } from './json.ts';
import { fromPointer, type JsonPath, toPointer } from './pointer.ts';

/** Sets what stands at an RFC 6901 pointer, with the objects around it; undefined takes it away, and a list that is empty then. Formatting stays. */
export function setPlace(source: string, pointer: string, value: unknown): string {
  const text = new EditedText(source);
  const path = pathIn(text, pointer);
  text.set(path, value);
  return value === undefined ? withoutEmpty(text, path.slice(0, -1)) : text.source;
}

/** Sets several members of the object at a pointer; those that are undefined are taken away. */
export function setMembers(source: string, pointer: string, members: Record<string, unknown>): string {
  const text = new EditedText(source);
  const path = pathIn(text, pointer);
  for (const [key, value] of Object.entries(members)) text.set([...path, key], value);
  return text.source;
}

/** Adds an element to the list at a pointer, which is made where there is none. */
export function addTo(source: string, pointer: string, value: unknown): string {
  const text = new EditedText(source);
  return text.append(pathIn(text, pointer), value).source;
}

/** What stands at a pointer; undefined for nothing. */
export function readPlace(source: string, pointer: string): unknown {
  const text = new EditedText(source);
  return text.get(pathIn(text, pointer));
}

/** The list that a pointer's element is in, and the key of that list: `/tools/x/deny_if` and `deny_if` of `/tools/x/deny_if/0`. */
export function listOf(pointer: string): { pointer: string; key: string } {
  const path = fromPointer(pointer).slice(0, -1);
  return { pointer: toPointer(path), key: path.at(-1) ?? '' };
}

/** Indexes of lists as numbers, as the tree of the text has them. */
function pathIn(text: EditedText, pointer: string): (string | number)[] {
  const path: (string | number)[] = [];
  for (const key of fromPointer(pointer)) path.push(Array.isArray(text.get(path)) ? Number(key) : key);
  return path;
}

/** An empty list of conditions always holds, and a rule without anything allows: these stay as they are. */
function withoutEmpty(text: EditedText, path: JsonPath): string {
  const left = text.get([...path]);
  const key = path.at(-1);
  const empty =
    (Array.isArray(left) && left.length === 0 && key !== 'conditions') ||
    (isObject(left) && Object.keys(left).length === 0 && path.length === 1 && (key === 'methods' || key === 'all_tools'));
  return empty ? text.set([...path], undefined).source : text.source;
}
