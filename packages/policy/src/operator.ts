import { isWithin, normalFilePath } from './file-path.ts';
import { compareMoments, parseIsoDate } from './iso-date.ts';
import { sameJson } from './json.ts';
import { compileRegex, type RegexWork, regexProblem } from './regex.ts';
import { someTruth, type Truth } from './truth.ts';
import { compileHostPattern, urlHost } from './url-host.ts';
import { MISSING } from './value-path.ts';

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
export type ValueTest = (actual: unknown, work: RegexWork) => Truth;

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
      return present((actual) => equals(actual, value));
    case 'neq':
      return present((actual) => not(equals(actual, value)));
    case 'in':
      return present((actual) => isIn(actual, value as unknown[]));
    case 'not_in':
      return present((actual) => not(isIn(actual, value as unknown[])));
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
      return present((actual) => contains(actual, value));
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
  (test: (actual: unknown) => Truth): ValueTest =>
  (actual) =>
    actual === MISSING ? null : test(actual);

const text = (test: (actual: string) => boolean): ValueTest => present((actual) => (typeof actual === 'string' ? test(actual) : null));

/** Whether two values of one type are equal; null can be asked for, but is otherwise of another type. */
function equals(actual: unknown, value: unknown): Truth {
  if (value === null) return actual === null;
  return typeOf(actual) === typeOf(value) ? sameJson(actual, value) : null;
}

function isIn(actual: unknown, values: unknown[]): Truth {
  if (values.some((value) => sameJson(actual, value))) return true;
  return values.length === 0 || values.some((value) => typeOf(value) === typeOf(actual)) ? false : null;
}

function contains(actual: unknown, value: unknown): Truth {
  if (typeof actual === 'string') return typeof value === 'string' ? actual.includes(value) : null;
  return Array.isArray(actual) ? someTruth(actual, (item) => equals(item, value)) : null;
}

function ordering(value: unknown, holds: (difference: number) => boolean): ValueTest {
  if (typeof value === 'number') {
    return (actual) => (typeof actual === 'number' && Number.isFinite(actual) ? holds(actual < value ? -1 : actual > value ? 1 : 0) : null);
  }
  const moment = parseIsoDate(value as string)!;
  return meaning(parseIsoDate, (actual) => holds(compareMoments(actual, moment)));
}

/** Tests what a text means; a text that means nothing is unevaluable. */
const meaning =
  <T>(read: (text: string) => T | null, test: (meaning: T) => Truth): ValueTest =>
  (actual) => {
    const found = typeof actual === 'string' ? read(actual) : null;
    return found === null ? null : test(found);
  };

/** Characters (code points) of a text, elements of a list. */
const length = (test: (length: number) => boolean): ValueTest =>
  present((actual) => (typeof actual === 'string' ? test([...actual].length) : Array.isArray(actual) ? test(actual.length) : null));

function regexTest(pattern: string): ValueTest {
  const search = compileRegex(pattern);
  return (actual, work) => (typeof actual === 'string' ? search(actual, work) : null);
}

function hostTest(hosts: string[]): ValueTest {
  const patterns = hosts.map((host) => compileHostPattern(host)!);
  return meaning(urlHost, (host) => patterns.some((matches) => matches(host)));
}

function pathTest(folders: string[]): ValueTest {
  const roots = folders.map((folder) => normalFilePath(folder)!);
  return meaning(normalFilePath, (path) => someTruth(roots, (root) => isWithin(path, root)));
}
