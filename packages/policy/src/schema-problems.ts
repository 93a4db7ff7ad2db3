import type * as z from 'zod';
import { isObject } from './json.ts';
import { type JsonPath, toPointer } from './pointer.ts';
import type { PolicyProblem } from './problem.ts';
import type { SourceText } from './source-text.ts';
import { suggestion } from './suggestion.ts';
import {
  WrittenApproval,
  WrittenConcurrency,
  WrittenCondition,
  WrittenCounterLimit,
  WrittenDocument,
  WrittenEntry,
  WrittenRule,
} from './written.ts';

type Issue = z.core.$ZodIssue;

/** A schema's issues as problems of the text, each at its place and in words that say what to do. `base`: where the checked value is. */
export function schemaProblems(issues: readonly Issue[], base: JsonPath, source: SourceText): PolicyProblem[] {
  return issues.flatMap((issue): PolicyProblem[] => {
    const path = [...base, ...issue.path] as JsonPath;
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => unknownKey([...path, key], source));
      case 'invalid_union':
        // A union that has words of its own is one scalar in several spellings.
        if (issue.message !== 'Invalid input' || issue.errors.length === 0) return [problem(path, issue.message, source)];
        return schemaProblems(nearestBranch(issue.errors), path, source);
      case 'invalid_key':
        return [problem(path, issue.issues[0]?.message ?? issue.message, source, true)];
      case 'invalid_value':
        return [wrongWord(path, issue.values, source)];
      case 'invalid_type':
        return [wrongType(path, issue.expected, source)];
      default:
        return [problem(path, sizeMessage(issue), source)];
    }
  });
}

function problem(path: JsonPath, message: string, source: SourceText, key = false, meant?: string): PolicyProblem {
  const found: PolicyProblem = { pointer: toPointer(path), message, ...source.locate(path, key) };
  return meant === undefined ? found : { ...found, suggestion: meant };
}

function sizeMessage(issue: Issue): string {
  if (issue.code === 'too_big' && issue.message.startsWith('Too big')) return `Must be at most ${issue.maximum}`;
  if (issue.code === 'too_small' && issue.message.startsWith('Too small')) return `Must be at least ${issue.minimum}`;
  return issue.message;
}

function unknownKey(path: JsonPath, source: SourceText): PolicyProblem {
  const key = String(path.at(-1));
  const meant = suggestion(key, knownKeys(path.slice(0, -1)));
  const message = `Unknown key ${JSON.stringify(key)}${meant ? `: did you mean "${meant}"?` : ''}`;
  return problem(path, message, source, true, meant);
}

const keysOf = (...schemas: { shape: object }[]): string[] => [...new Set(schemas.flatMap((schema) => Object.keys(schema.shape)))];

/** The keys that the language has at a place. */
function knownKeys(path: JsonPath): string[] {
  const below = path[0] === 'tools' ? path.slice(2) : path[0] === 'all_tools' ? path.slice(1) : null;
  if (below === null) return keysOf(WrittenDocument);
  const [part, index, conditions] = below;
  if (part === undefined) return keysOf(WrittenRule);
  if (part === 'limits') return keysOf(WrittenCounterLimit, WrittenConcurrency);
  if (part === 'rate_limit') return ['max', 'window'];
  if (conditions === 'conditions') return keysOf(WrittenCondition);
  return index === undefined ? [] : keysOf(part === 'approve_if' ? WrittenApproval : WrittenEntry, WrittenCondition);
}

function wrongWord(path: JsonPath, values: readonly unknown[], source: SourceText): PolicyProblem {
  const words = values.map((value) => JSON.stringify(value));
  const actual = valueAt(source.value, path);
  if (actual === undefined) return problem(path, `"${path.at(-1)}" is required: ${words.join(' or ')}`, source, false, String(values[0]));
  const meant = typeof actual === 'string' ? suggestion(actual, values.map(String)) : undefined;
  return problem(path, `Must be ${words.join(', ')}${meant ? `: did you mean "${meant}"?` : ''}`, source, false, meant);
}

const TYPE_WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['boolean', 'true or false'],
]);

function wrongType(path: JsonPath, expected: string, source: SourceText): PolicyProblem {
  const type = TYPE_WORDS.get(expected) ?? expected;
  const missing = path.length > 0 && valueAt(source.value, path) === undefined;
  return problem(path, missing ? `"${path.at(-1)}" is required: ${type}` : `Must be ${type}`, source);
}

function valueAt(value: unknown, path: JsonPath): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

/** Of a union of shapes, the one that was most likely meant: the fewest keys it does not know, then the fewest other issues. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const score = (issues: readonly Issue[]) =>
    issues.reduce(
      (sum, issue) =>
        sum +
        (issue.code === 'unrecognized_keys'
          ? issue.keys.length * 100
          : issue.path.length === 0 && issue.code === 'invalid_type'
            ? 10_000
            : 1),
      0,
    );
  return branches.reduce((best, branch) => (score(branch) < score(best) ? branch : best));
}
