import { type Operator, operatorProblem } from '@toolgate/policy/operator';
import type { ToolArgument } from '../argument-paths.ts';
import type { Typed } from './use-typed.ts';

/** How a value is typed in: JSON where nothing plainer says it. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'json';
export const VALUE_KINDS: readonly ValueKind[] = ['text', 'number', 'boolean', 'json'];

const LISTS: ReadonlySet<Operator> = new Set(['in', 'not_in', 'url_host_in', 'path_within']);

/** Whether an operator compares with several values. */
export const takesList = (op: Operator): boolean => LISTS.has(op);

/** A value that fits the operator: the one that was there if it still means the same, else a plain one of the argument's type. */
export function fittingValue(op: Operator, argument: ToolArgument | null, before: unknown, opBefore: Operator | null): unknown {
  if (op === 'exists') return before !== false || opBefore !== 'exists';
  const kept = opBefore === 'exists' || opBefore === 'type_is' ? undefined : Array.isArray(before) && !takesList(op) ? before[0] : before;
  const candidate = takesList(op) && kept !== undefined && !Array.isArray(kept) ? [kept] : kept;
  if (candidate !== undefined && operatorProblem(op, candidate) === null) return candidate;
  return plainValue(op, argument);
}

function plainValue(op: Operator, argument: ToolArgument | null): unknown {
  switch (op) {
    case 'in':
    case 'not_in':
      return [exampleOf(argument)];
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return 0;
    case 'regex':
      return '^[a-z]+$';
    case 'starts_with':
    case 'ends_with':
      return '';
    case 'min_length':
    case 'max_length':
      return 100;
    case 'url_host_in':
      return ['example.com'];
    case 'path_within':
      return ['/data'];
    case 'type_is':
      return argument?.types[0] ?? 'string';
    case 'exists':
      return true;
    case 'eq':
    case 'neq':
    case 'contains':
      return exampleOf(argument);
  }
}

function exampleOf(argument: ToolArgument | null): unknown {
  if (argument?.choices) return argument.choices[0];
  switch (argument?.types[0]) {
    case 'number':
    case 'integer':
      return 0;
    case 'boolean':
      return true;
    default:
      return '';
  }
}

/** A text that is none can only be JSON. */
export function kindOf(value: unknown): ValueKind {
  switch (typeof value) {
    case 'string':
      return /[\r\n]/.test(value) ? 'json' : 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

/** The kind of all values of a list; JSON where they differ. */
export function kindOfAll(values: readonly unknown[]): ValueKind {
  const kinds = new Set(values.map(kindOf));
  const [only = 'text'] = kinds;
  return kinds.size <= 1 ? only : 'json';
}

export const writeValue = (kind: ValueKind, value: unknown): string => (kind === 'text' ? String(value) : JSON.stringify(value));

/** What was typed, as a value of that kind that fits the operator. */
export function readValueText(kind: ValueKind, op: Operator, text: string): Typed<unknown> {
  const value = typedValue(kind, text);
  if (value === undefined) return { ok: false, problem: PROBLEMS[kind] };
  const problem = operatorProblem(op, value);
  return problem === null ? { ok: true, value } : { ok: false, problem };
}

/** One value a line; empty lines say nothing. */
export function readLines(kind: ValueKind, op: Operator, text: string): Typed<unknown[]> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const values = lines.map((line) => typedValue(kind, kind === 'text' ? line.replace(/\r$/, '') : line));
  if (values.includes(undefined)) return { ok: false, problem: PROBLEMS[kind] };
  if (values.length === 0) return { ok: false, problem: 'at least one value' };
  const problem = operatorProblem(op, values);
  return problem === null ? { ok: true, value: values } : { ok: false, problem };
}

const PROBLEMS: Record<ValueKind, string> = {
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  json: 'JSON, such as "a", 1, null',
};

function typedValue(kind: ValueKind, text: string): unknown {
  if (kind === 'text') return text;
  try {
    const value: unknown = JSON.parse(text);
    return kind === 'json' || typeof value === kind ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A number, or an ISO date as a text: what can be ordered. */
export function readOrdered(op: Operator, text: string): Typed<unknown> {
  const value = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
  const problem = operatorProblem(op, value);
  return problem === null ? { ok: true, value } : { ok: false, problem: 'a number, or a date such as 2026-01-31' };
}
