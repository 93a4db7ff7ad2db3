// biome-ignore-all lint/suspicious/noExplicitAny: it reads JSON as written, without the types of the real evaluator
/** Names and conditions of the second evaluator. */
import type { PolicyCall } from '../src/call.ts';

export type Any = Record<string, any>;
type Answer = 'yes' | 'no' | 'unknown';

export function globMatches(glob: string, name: string): boolean {
  if (glob === '') return name === '';
  if (glob[0] === '*') return globMatches(glob.slice(1), name) || (name !== '' && globMatches(glob, name.slice(1)));
  return name !== '' && glob[0] === name[0] && globMatches(glob.slice(1), name.slice(1));
}

export function ruleFor(tools: [string, Any][], name: string): [string, Any] | null {
  let best: [string, Any] | null = null;
  for (const entry of tools) {
    if (!entry[0].includes('*') && entry[0] === name) return entry;
    if (!entry[0].includes('*') || !globMatches(entry[0], name)) continue;
    if (!best || entry[0].replaceAll('*', '').length > best[0].replaceAll('*', '').length) best = entry;
  }
  return best;
}

export const NOTHING = {};
export const own = (object: any, key: string) => (object !== null && object !== undefined && Object.hasOwn(object, key) ? object[key] : NOTHING);

function valuesAt(path: string, made: PolicyCall): unknown[] {
  const [root, ...names] = path.match(/"[^"]*"|[^.[\]"]+/g)!;
  let values: unknown[] = [(made as any)[root!]];
  for (const name of names) {
    if (name === '*') values = values.flatMap((value) => (Array.isArray(value) ? value : [NOTHING]));
    else if (path.includes(`[${name}]`) && !name.startsWith('"')) {
      values = values.map((value) => (Array.isArray(value) && Number(name) < value.length ? value[Number(name)] : NOTHING));
    } else values = values.map((value) => (kind(value) === 'object' ? own(value, name.replaceAll('"', '')) : NOTHING));
  }
  return values;
}

export const kind = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);
const say = (truth: boolean): Answer => (truth ? 'yes' : 'no');
const opposite = (answer: Answer): Answer => (answer === 'unknown' ? answer : say(answer === 'no'));
const spelt = (value: any): string =>
  kind(value) === 'object'
    ? `{${Object.keys(value)
        .sort()
        .map((key) => `${key}:${spelt(value[key])}`)}}`
    : kind(value) === 'list'
      ? `[${value.map(spelt)}]`
      : JSON.stringify(value);
const equal = (a: unknown, b: unknown): Answer =>
  b === null ? say(a === null) : kind(a) !== kind(b) ? 'unknown' : say(spelt(a) === spelt(b));
/** Three answers in one: any yes, else any doubt, else no. */
const any = (answers: Answer[]): Answer => (answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no');

function moment(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:\d\d))?$/.test(text)) return null;
  const day = text.slice(0, 10);
  const date = new Date(day);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day ? null : Date.parse(text);
}

function ordered(op: string, value: any, actual: any): Answer {
  const [a, b] = typeof value === 'number' ? [typeof actual === 'number' ? actual : null, value] : [moment(actual), moment(value)];
  if (a === null || b === null || !Number.isFinite(a)) return 'unknown';
  return say({ lt: a < b, lte: a < b || a === b, gt: a > b, gte: a > b || a === b }[op]!);
}

function host(text: string): string | null {
  const authority = /^(?:https?|wss?|ftp):\/\/([^/?#]+)/i.exec(text)?.[1];
  if (!authority || /[\s\\]/.test(text)) return null;
  return authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase()
    .replace(/\.$/, '');
}

/** By rewriting the text until nothing more can be taken out. */
function resolved(text: string): string | null {
  if (text === '' || text[0] === '~' || /[\\\0]/.test(text)) return null;
  let path = `${text}/`;
  for (let before = ''; before !== path; ) {
    before = path;
    path = path
      .replace(/\/\/+/g, '/')
      .replace(/^\.\//, '')
      .replace('/./', '/')
      .replace(/^\/\.\.\//, '/')
      .replace(/(^|\/)(?!\.\.\/)[^/]+\/\.\.\//, '$1');
  }
  return path;
}

function within(path: string, root: string): Answer {
  const climbs = (text: string) => text.split('../').length - 1;
  if ((path[0] === '/') !== (root[0] === '/') || climbs(path) !== climbs(root)) return 'unknown';
  return say(path.startsWith(root));
}

function textual(op: string, value: any, actual: string): Answer {
  if (op === 'contains') return typeof value === 'string' ? say(actual.split(value).length > 1) : 'unknown';
  if (op === 'starts_with') return say(actual.slice(0, value.length) === value);
  if (op === 'ends_with') return say(actual.length >= value.length && actual.slice(actual.length - value.length) === value);
  if (op === 'regex') return say(new RegExp(value, 'u').test(actual));
  const wanted: string[] = [value].flat();
  if (op === 'url_host_in') {
    const is = host(actual);
    return is === null ? 'unknown' : any(wanted.map((each) => say(globMatches(each.toLowerCase(), is))));
  }
  const path = resolved(actual);
  return path === null ? 'unknown' : any(wanted.map((each) => within(path, resolved(each)!)));
}

const TYPE_TESTS: Record<string, (value: any) => boolean> = {
  integer: (value) => typeof value === 'number' && value % 1 === 0,
  array: (value) => kind(value) === 'list',
};

function one(op: string, value: any, actual: any): Answer {
  if (op === 'exists') return actual === null ? 'unknown' : say((actual !== NOTHING) === value);
  if (actual === NOTHING) return 'unknown';
  if (op === 'eq') return equal(actual, value);
  if (op === 'neq') return opposite(equal(actual, value));
  if (op === 'not_in') return opposite(one('in', value, actual));
  if (op === 'in') {
    if (value.some((each: unknown) => kind(each) === kind(actual) && spelt(each) === spelt(actual))) return 'yes';
    return value.length > 0 && !value.some((each: unknown) => kind(each) === kind(actual)) ? 'unknown' : 'no';
  }
  if (op === 'type_is') return say((TYPE_TESTS[value] ?? ((each) => kind(each) === value))(actual));
  if (['lt', 'lte', 'gt', 'gte'].includes(op)) return ordered(op, value, actual);
  if (op === 'min_length' || op === 'max_length') {
    if (typeof actual !== 'string' && !Array.isArray(actual)) return 'unknown';
    const length = Array.from(actual).length;
    return say(op === 'min_length' ? length >= value : length <= value);
  }
  if (op === 'contains' && Array.isArray(actual)) return any(actual.map((each) => equal(each, value)));
  return typeof actual === 'string' ? textual(op, value, actual) : 'unknown';
}

/** Whether an entry of a list (`require`, `deny_if`, `approve_if`) holds of a call. */
export function holds(entry: Any, list: string, made: PolicyCall): boolean {
  const conditions: Any[] = entry.conditions ?? [entry];
  return conditions.every((condition) => {
    const truths = valuesAt(condition.path, made).map((value) => {
      const answer = one(condition.op, condition.value, value);
      return answer === 'unknown' ? list !== 'require' : answer === 'yes';
    });
    const all = !condition.path.includes('[*]') || (condition.match ?? (list === 'require' ? 'every' : 'some')) === 'every';
    return all ? truths.every((truth) => truth) : truths.some((truth) => truth);
  });
}

