import { type FilePath, isWithin, normalFilePath } from './file-path.ts';
import { compareMoments, parseIsoDate } from './iso-date.ts';
import { sameJson } from './json.ts';
import { compileRegex, regexProblem } from './regex.ts';
import { someTruth, type Truth } from './truth.ts';
import { compileHostPattern, urlHost } from './url-host.ts';
import { MISSING } from './value-path.ts';
import { spend, type Work } from './work.ts';

export const OPERATORS = [
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'not_in',
  'exists',
  'regex',
  'contains',
  'starts_with',
  'ends_with',
  'min_length',
  'max_length',
  'url_host_in',
  'path_within',
  'type_is',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** Judges one actual value, which may be MISSING. */
export type ValueTest = (actual: unknown, work: Work) => Truth;

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** Why a condition's value does not fit its operator; null when it does. */
export function operatorProblem(op: Operator, value: unknown): string | null {
  if (value === undefined && op !== 'exists') return `"${op}" needs a "value"`;
  switch (op) {
    case 'eq':
    case 'neq':
      return null;
    case 'contains':
      return isScalar(value) ? null : '"contains" needs a text, a number or a boolean';
    case 'in':
    case 'not_in':
      return Array.isArray(value) ? null : `"${op}" needs a list of values`;
    case 'exists':
      return value === undefined || typeof value === 'boolean' ? null : '"exists" needs true or false';
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return isOrdered(value) ? null : `"${op}" needs a number, or a text that is an ISO date such as "2026-01-31"`;
    case 'regex':
      return typeof value === 'string' ? wrap('the pattern', regexProblem(value)) : '"regex" needs a pattern (a text)';
    case 'starts_with':
    case 'ends_with':
      return typeof value === 'string' ? null : `"${op}" needs a text`;
    case 'min_length':
    case 'max_length':
      return Number.isInteger(value) && (value as number) >= 0 ? null : `"${op}" needs a whole number that is not negative`;
    case 'url_host_in':
      return texts(value)?.every((host) => compileHostPattern(host))
        ? null
        : '"url_host_in" needs host names such as "example.com" or "*.example.com"';
    case 'path_within':
      return texts(value)?.every((path) => normalFilePath(path)) ? null : '"path_within" needs folders, absolute or relative, with "/"';
    case 'type_is':
      return TYPES.includes(value as string) ? null : `"type_is" needs one of ${TYPES.join(', ')}`;
  }
}

/** The test of an operator with a value that fits it. Wrong types are unevaluable, never false: nothing is coerced. */
export function compileOperator(op: Operator, value: unknown): ValueTest {
  switch (op) {
    case 'eq':
      return present((actual, work) => equals(actual, value, work));
    case 'neq':
      return present((actual, work) => not(equals(actual, value, work)));
    case 'in':
      return present((actual, work) => isIn(actual, value as unknown[], work));
    case 'not_in':
      return present((actual, work) => not(isIn(actual, value as unknown[], work)));
    case 'exists':
      // A null is a value to some upstreams and none to others: it is not judged.
      return (actual) => (actual === null ? null : (actual !== MISSING) === (value ?? true));
    case 'lt':
      return ordering(value, (difference) => difference < 0);
    case 'lte':
      return ordering(value, (difference) => difference <= 0);
    case 'gt':
      return ordering(value, (difference) => difference > 0);
    case 'gte':
      return ordering(value, (difference) => difference >= 0);
    case 'regex':
      return regexTest(value as string);
    case 'contains':
      return present((actual, work) => contains(actual, value, work));
    case 'starts_with':
      return text((actual) => actual.startsWith(value as string));
    case 'ends_with':
      return text((actual) => actual.endsWith(value as string));
    case 'min_length':
      return length((actual) => actual >= (value as number));
    case 'max_length':
      return length((actual) => actual <= (value as number));
    case 'url_host_in':
      return hostTest(texts(value)!);
    case 'path_within':
      return pathTest(texts(value)!);
    case 'type_is':
      return present((actual) =>
        value === 'number' ? typeof actual === 'number' : value === 'integer' ? Number.isInteger(actual) : typeOf(actual) === value,
      );
  }
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
const isOrdered = (value: unknown): boolean =>
  typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' && parseIsoDate(value) !== null;
const wrap = (what: string, problem: string | null): string | null => (problem === null ? null : `${what} ${problem}`);
const not = (truth: Truth): Truth => (truth === null ? null : !truth);

function texts(value: unknown): string[] | null {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === 'string') ? list : null;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const present =
  (test: ValueTest): ValueTest =>
  (actual, work) =>
    actual === MISSING ? null : test(actual, work);

const text = (test: (actual: string) => boolean): ValueTest => present((actual) => (typeof actual === 'string' ? test(actual) : null));

/** Whether two values of one type are equal; null can be asked for, but is otherwise of another type. */
function equals(actual: unknown, value: unknown, work: Work): Truth {
  if (value === null) return actual === null;
  return typeOf(actual) === typeOf(value) ? sameJson(actual, value, work) : null;
}

function isIn(actual: unknown, values: unknown[], work: Work): Truth {
  const same = someTruth(values, (value) => sameJson(actual, value, work));
  if (same !== false) return same;
  return values.length === 0 || values.some((value) => typeOf(value) === typeOf(actual)) ? false : null;
}

function contains(actual: unknown, value: unknown, work: Work): Truth {
  if (typeof actual === 'string') return typeof value === 'string' ? holdsText(actual, value, work) : null;
  if (!Array.isArray(actual)) return null;
  let result: Truth = false;
  for (const item of actual) {
    const truth = equals(item, value, work);
    if (truth === true) return true;
    if (truth === null) result = null;
    if (!spend(work, 1)) return null;
  }
  return result;
}

/** Engines search for long texts in time that is, at worst, the product of both lengths. */
function holdsText(actual: string, value: string, work: Work): Truth {
  return spend(work, actual.length * (1 / READ_AT_ONCE + value.length / SEARCHED_AT_ONCE)) ? actual.includes(value) : null;
}

/** Characters that are read, or compared in a search, in about the time of a step (measured). */
const READ_AT_ONCE = 8;
const SEARCHED_AT_ONCE = 400;

function ordering(value: unknown, holds: (difference: number) => boolean): ValueTest {
  if (typeof value === 'number') {
    return (actual) => (typeof actual === 'number' && Number.isFinite(actual) ? holds(actual < value ? -1 : actual > value ? 1 : 0) : null);
  }
  const moment = parseIsoDate(value as string)!;
  return meaning(parseIsoDate, (actual) => holds(compareMoments(actual, moment)));
}

/** Tests what a text means; a text that means nothing is unevaluable. */
const meaning =
  <T>(read: (text: string) => T | null, test: (meaning: T, work: Work) => Truth): ValueTest =>
  (actual, work) => {
    const found = typeof actual === 'string' && spend(work, 1 + actual.length) ? read(actual) : null;
    return found === null ? null : test(found, work);
  };

/** Characters (code points) of a text, elements of a list. */
const length = (test: (length: number) => boolean): ValueTest =>
  present((actual, work) => {
    if (Array.isArray(actual)) return test(actual.length);
    return typeof actual === 'string' && spend(work, actual.length / READ_AT_ONCE) ? test(codePoints(actual)) : null;
  });

/** Without making a list of them. */
function codePoints(text: string): number {
  let count = text.length;
  for (let index = 1; index < text.length; index++) {
    if (isLow(text.charCodeAt(index)) && isHigh(text.charCodeAt(index - 1))) count -= 1;
  }
  return count;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

function regexTest(pattern: string): ValueTest {
  const search = compileRegex(pattern);
  return (actual, work) => (typeof actual === 'string' ? search(actual, work) : null);
}

function hostTest(hosts: string[]): ValueTest {
  const patterns = hosts.map((host) => compileHostPattern(host)!);
  return meaning(urlHost, (host, work) => someTruth(patterns, (matches) => (spend(work, 1) ? matches(host) : null)));
}

function pathTest(folders: string[]): ValueTest {
  const roots = folders.map((folder) => normalFilePath(folder)!);
  const within = (path: FilePath, root: FilePath, work: Work) =>
    spend(work, 1 + Math.min(path.segments.length, root.segments.length) / READ_AT_ONCE) ? isWithin(path, root) : null;
  return meaning(normalFilePath, (path, work) => someTruth(roots, (root) => within(path, root, work)));
}
