import type { PolicyDocument } from './document.ts';
import { isObject, ownValue } from './json.ts';
import { normalise } from './normalise.ts';
import { type JsonPath, toPointer } from './pointer.ts';
import type { Conversion, PolicyProblem } from './problem.ts';
import { patternsProblem } from './regex-count.ts';
import { schemaProblems } from './schema-problems.ts';
import { sharedCounterProblems } from './shared-counters.ts';
import { readSourceText, type SourceText } from './source-text.ts';
import { MAX_STARRED, MAX_TOOLS, WrittenDocument, WrittenRule } from './written.ts';

export type ReadPolicy = { ok: true; document: PolicyDocument; conversions: Conversion[] } | { ok: false; errors: PolicyProblem[] };

/** Reads a document as saved or pasted. Strict: every problem is returned, in the order of the text, and none is repaired. */
export function readPolicy(source: string): ReadPolicy {
  const text = readSourceText(source);
  const errors = [...text.problems];
  if (text.whole) errors.push(...documentProblems(text), ...protoMethod(text), ...sharedCounterProblems(text));
  if (errors.length > 0 || text.value === undefined) return { ok: false, errors: inOrder(errors) };
  const conversions: Conversion[] = [];
  const document = normalise(text.value as unknown as WrittenDocument, conversions);
  return { ok: true, document, conversions };
}

/** In the order of the text; of what two checks found at one place, the first. */
function inOrder(errors: PolicyProblem[]): PolicyProblem[] {
  const distinct = new Map([...errors].reverse().map((error) => [`${error.offset} ${error.pointer}`, error]));
  return [...distinct.values()].sort((a, b) => a.offset - b.offset);
}

/** The document without its tools first, then each tool's rule by itself: a record schema passes over `__proto__`, and a rule must not be passed over. */
function documentProblems(text: SourceText): PolicyProblem[] {
  const tooMuch = patternsProblem(text.value);
  if (tooMuch !== null) return [{ pointer: '', message: tooMuch, ...text.locate([]) }];
  if (!isObject(text.value)) return check(WrittenDocument, text.value, [], text);
  const tools = ownValue(text.value, 'tools');
  if (!isObject(tools)) return check(WrittenDocument, text.value, [], text);
  const names = Object.keys(tools);
  const frame = {
    ...text.value,
    tools: Object.fromEntries(names.slice(0, MAX_TOOLS + 1).map((name) => [name === '__proto__' ? '_' : name, {}])),
  };
  const problems = check(WrittenDocument, frame, [], text);
  if (names.length > MAX_TOOLS) return problems;
  problems.push(...starredProblem(names, text));
  for (const name of names) problems.push(...check(WrittenRule, tools[name], ['tools', name], text));
  return problems;
}

/** Globs with one star are tried on a name at once; the others are searched for in it. */
function starredProblem(names: string[], text: SourceText): PolicyProblem[] {
  const first = names.filter((name) => name.indexOf('*') !== name.lastIndexOf('*'))[MAX_STARRED];
  if (first === undefined) return [];
  const message = `At most ${MAX_STARRED} names may have more than one *: this is one more`;
  return [{ pointer: toPointer(['tools', first]), message, ...text.locate(['tools', first], true) }];
}

/** The other record of the document: `__proto__` is no method. */
function protoMethod(text: SourceText): PolicyProblem[] {
  if (ownValue(ownValue(text.value, 'methods'), '__proto__') === undefined) return [];
  const path = ['methods', '__proto__'];
  return [{ pointer: toPointer(path), message: 'This is not a method', ...text.locate(path, true) }];
}

function check(schema: typeof WrittenDocument | typeof WrittenRule, value: unknown, path: JsonPath, text: SourceText): PolicyProblem[] {
  const result = schema.safeParse(value);
  return result.success ? [] : schemaProblems(result.error.issues, path, text);
}
