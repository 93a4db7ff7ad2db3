/** Two edits of one document, brought together: what only one of them changed is taken, what both changed is asked. */
import { EditedText } from './edited-text.ts';
import { isObject, ownValue } from './json.ts';
import { canonical } from './json-text.ts';
import { toPointer } from './pointer.ts';
import { readSourceText } from './source-text.ts';

/** A part that both changed, and not in the same way. Undefined: it is not there. */
export interface MergeConflict {
  /** RFC 6901; a rule, a method, or a member of the document. */
  pointer: string;
  path: string[];
  base: unknown;
  theirs: unknown;
  mine: unknown;
}

export interface Merge {
  /** Their text with everything that only mine changed; of what both changed, theirs. */
  source: string;
  /** Pointers of what was taken over from mine. */
  taken: string[];
  conflicts: MergeConflict[];
}

/** Null: one of the texts is no JSON object, so that nothing can be brought together. */
export function mergePolicies(base: string, theirs: string, mine: string): Merge | null {
  const [before, other, own] = [base, theirs, mine].map(readWhole);
  if (!isObject(before) || !isObject(other) || !isObject(own)) return null;
  const text = new EditedText(theirs);
  const taken: string[] = [];
  const conflicts: MergeConflict[] = [];
  for (const path of partsOf(before, other, own)) {
    const [was, is, wanted] = [valueAt(before, path), valueAt(other, path), valueAt(own, path)];
    if (same(was, wanted) || same(is, wanted)) continue;
    if (same(was, is)) {
      text.set(path, wanted);
      taken.push(toPointer(path));
    } else conflicts.push({ pointer: toPointer(path), path, base: was, theirs: is, mine: wanted });
  }
  return { source: text.source, taken, conflicts };
}

/** A merged text with mine for these parts. */
export function chooseMine(source: string, chosen: readonly MergeConflict[]): string {
  const text = new EditedText(source);
  for (const { path, mine } of chosen) text.set(path, mine);
  return text.source;
}

/** Members of which each entry stands for itself. */
const BY_ENTRY = ['tools', 'methods'];

function partsOf(...documents: Record<string, unknown>[]): string[][] {
  const keysOf = (values: unknown[]) => [...new Set(values.flatMap((value) => (isObject(value) ? Object.keys(value) : [])))];
  return keysOf(documents).flatMap((key) => {
    const members = documents.map((document) => ownValue(document, key));
    const byEntry = BY_ENTRY.includes(key) && members.every((member) => member === undefined || isObject(member));
    const entries = byEntry ? keysOf(members).map((entry) => [key, entry]) : [];
    // An object that has no entries in any of them is a part by itself.
    return entries.length > 0 ? entries : [[key]];
  });
}

/** What has a syntax error may mean less than it says. */
function readWhole(text: string): unknown {
  const { value, whole } = readSourceText(text);
  return whole ? value : undefined;
}

const valueAt = (value: unknown, path: readonly string[]): unknown => path.reduce<unknown>((at, key) => ownValue(at, key), value);
const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);
