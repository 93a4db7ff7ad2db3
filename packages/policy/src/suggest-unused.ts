/** What of a document is of no use by what happened: tools nobody called, lines that never decided anything. */
import type { PolicyDocument, PolicyRule } from './document.ts';
import { setPlace } from './edit-place.ts';
import { explainPointer } from './explain-pointer.ts';
import { compileGlob, isGlob } from './glob.ts';
import { canonical } from './json-text.ts';
import { fromPointer, toPointer } from './pointer.ts';
import { readSourceText } from './source-text.ts';

export interface Activity {
  /** Tools of calls that passed. */
  passed: readonly { tool: string }[];
  /** Lines that decided a call, by the version that they are in. */
  fired: readonly { version: number; rule: string }[];
  sources: readonly { version: number; source: string }[];
}

export interface Unused {
  kind: 'unused_tool' | 'never_fired';
  /** RFC 6901 pointer into the document. */
  pointer: string;
  /** The line in a sentence. */
  says: string;
}

/** What could go from a document: first tools that were never called, then lines that never fired. `source`: its text. */
export function unusedParts(document: PolicyDocument, source: string, activity: Activity): Unused[] {
  const called = activity.passed.map(({ tool }) => tool);
  const unused = (pointer: string, kind: Unused['kind']): Unused => ({ kind, pointer, says: explainPointer(document, pointer) });
  const tools = [...document.tools]
    .filter(([name, { action }]) => action === 'allow' && !called.some(isGlob(name) ? compileGlob(name) : (tool) => tool === name))
    .map(([, { pointer }]) => unused(pointer, 'unused_tool'));
  const fired = firedLines(activity);
  const text = readSourceText(source).value;
  const lines = linesOf(document)
    .filter((pointer) => !fired.has(identity(text, pointer)))
    // Of a tool that nobody called nothing can have fired.
    .filter((pointer) => !tools.some((tool) => pointer.startsWith(`${tool.pointer}/`)));
  return [...tools, ...lines.map((pointer) => unused(pointer, 'never_fired'))];
}

/** The text without what is of no use: a tool that is allowed by default is denied instead. */
export function withoutUnused(source: string, { kind, pointer }: Unused): string {
  if (kind === 'unused_tool' && readSourceText(source).value && defaultAllows(source)) return setPlace(source, `${pointer}/action`, 'deny');
  if (pointer.endsWith('/action')) return setPlace(source, pointer.slice(0, -'/action'.length), undefined);
  return setPlace(source, pointer, undefined);
}

const defaultAllows = (source: string): boolean => valueAt(readSourceText(source).value, ['default']) === 'allow';

/** Every line that can decide: entries, limits, denials, hidden names. */
function linesOf(document: PolicyDocument): string[] {
  const hidden = document.hide.map((_, index) => toPointer(['hide', index]));
  return [...hidden, ...[document.allTools, ...document.tools.values()].flatMap((rule) => (rule ? linesOfRule(rule) : []))];
}

const linesOfRule = ({ action, pointer, require, denyIf, approveIf, limits, concurrency }: PolicyRule): string[] => [
  ...(action === 'allow' ? [] : [`${pointer}/action`]),
  ...[...require, ...denyIf, ...approveIf, ...limits, ...concurrency].map((line) => line.pointer),
];

function firedLines({ fired, sources }: Activity): Set<string> {
  const texts = new Map(sources.map(({ version, source }) => [version, readSourceText(source).value]));
  return new Set(fired.flatMap(({ version, rule }) => (texts.has(version) ? [identity(texts.get(version), rule)] : [])));
}

/** A line is the same in two versions when it stands in the same list and says the same: its number in the list may differ. */
function identity(text: unknown, pointer: string): string {
  const path = fromPointer(pointer);
  const place = path.filter((_, index) => !Array.isArray(valueAt(text, path.slice(0, index))));
  return `${toPointer(place)} ${canonical(valueAt(text, path))}`;
}

function valueAt(text: unknown, path: readonly string[]): unknown {
  let value = text;
  for (const key of path)
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  return value;
}
