import type { PolicyCall, PolicyTool } from './call.ts';
import type { PolicyCondition } from './document.ts';
import type { Gate } from './strictness.ts';
import { parseValuePath, type ValuePath } from './value-path.ts';

const MAX_EXAMPLES = 400;

/** Calls of a tool that the conditions and limits of some gates may tell apart: values at, below and above what they ask for. */
export function* exampleCalls(name: string, known: PolicyTool | null, gates: readonly Gate[]): Generator<PolicyCall> {
  const conditions = gates.flatMap((gate) => [...gate.require, ...gate.denyIf, ...gate.approveIf]).flatMap((entry) => entry.conditions);
  const choices = new Map<string, unknown[]>();
  const offer = (path: string, values: unknown[]) => choices.set(path, [...(choices.get(path) ?? [undefined]), ...values]);
  for (const condition of conditions) offer(condition.path, valuesFor(condition));
  for (const path of gates.flatMap((gate) => gate.counters).flatMap(({ adds }) => [...adds])) if (path !== '') offer(path, [1, 0, 1_000]);
  const paths = [...choices].map(([path, values]) => [path, distinct(values)] as const);
  const total = paths.reduce((product, [, values]) => product * values.length, 1);
  // All combinations where they are few; else a walk with a large odd stride, which mixes all places.
  const stride = total <= MAX_EXAMPLES ? 1 : 7_919 * 104_729;
  for (let tried = 0; tried < Math.min(total, MAX_EXAMPLES); tried++) {
    let index = (tried * stride) % total;
    const call = plainCall(name, known);
    for (const [path, values] of paths) {
      place(call, path, values[index % values.length], known !== null);
      index = Math.floor(index / values.length);
    }
    yield { ...call, approved: true };
    if (gates.some((gate) => gate.approveIf.length > 0)) yield call;
  }
}

function plainCall(name: string, known: PolicyTool | null): PolicyCall {
  const facts = { category: known?.category ?? 'Execute', risk: known?.risk ?? 'High', annotations: { ...known?.annotations } };
  const tool: PolicyTool = { name, ...facts, state: 'active' };
  return { tool, args: {}, grant: { label: 'example', tags: [] }, client: { name: null }, paused: null, approved: false };
}

const distinct = (values: unknown[]): unknown[] => [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];

/** Values for which a condition holds, and for which it does not. */
function valuesFor({ op, value }: PolicyCondition): unknown[] {
  const list = Array.isArray(value) ? value : [value];
  switch (op) {
    case 'eq':
    case 'neq':
      return [value, otherThan(value)];
    case 'in':
    case 'not_in':
      return [...list.slice(0, 4), otherThan(list[0])];
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return typeof value === 'number' ? [value, value - 1, value + 1] : [value, '1970-01-01', '9999-12-31'];
    case 'exists':
      return [0, 'text'];
    case 'regex':
      return [String(value).replace(/\\[a-zA-Z]|[\\^$.*+?()[\]{}|]/g, ''), 'text', ''];
    case 'contains':
      return typeof value === 'string' ? [value, 'text', [value]] : [[value], []];
    case 'starts_with':
    case 'ends_with':
      return [value, 'text', ''];
    case 'min_length':
    case 'max_length':
      return ['x'.repeat(Math.min(Number(value), 1_000)), '', 'x'.repeat(Math.min(Number(value), 1_000) + 1)];
    case 'url_host_in':
      return [`https://${String(list[0]).replace('*', 'a')}/`, 'https://example.invalid/'];
    case 'path_within':
      return [list[0], '/elsewhere', 'elsewhere', '.'];
    case 'type_is':
      return ['text', 1, 1.5, true, null, [], {}];
  }
}

function otherThan(value: unknown): unknown {
  if (typeof value === 'string') return `${value}x`;
  if (typeof value === 'boolean') return !value;
  return typeof value === 'number' ? value + 1 : 'text';
}

/** Sets what a path names; undefined leaves it out. Facts of a known tool are what they are. */
function place(call: PolicyCall, text: string, value: unknown, fixedTool: boolean): void {
  const path = parseValuePath(text);
  if (typeof path === 'string' || value === undefined || (path.root === 'tool' && fixedTool)) return;
  if (path.root !== 'args') {
    placeFact(call, path, value);
    return;
  }
  // Beyond this a list would be made of holes.
  if (path.steps.some((step) => typeof step === 'number' && step > 100)) return;
  // biome-ignore lint/suspicious/noExplicitAny: it makes a value of any shape
  let at: any = call;
  let key: string | number = path.root;
  for (const step of path.steps) {
    const next = step ?? 0;
    if (!Object.hasOwn(at, key) || typeof at[key] !== 'object' || at[key] === null) define(at, key, typeof next === 'number' ? [] : {});
    at = at[key];
    key = next;
  }
  // A copy: another condition may set something inside it.
  define(at, key, typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value);
}

/** What is known of a call besides its arguments has its own types: a value of another type could not be there. */
function placeFact(call: PolicyCall, { root, steps }: ValuePath, value: unknown): void {
  const text = typeof value === 'string' ? value : null;
  if (root === 'tool' && steps[0] === 'annotations') define(call.tool.annotations, String(steps[1]), value);
  else if (root === 'tool' && text !== null) Object.assign(call.tool, { [String(steps[0])]: text });
  else if (root === 'client' && (text !== null || value === null)) call.client.name = text;
  else if (root === 'grant' && steps[0] === 'label' && text !== null) call.grant.label = text;
  else if (root === 'grant' && steps[0] === 'tags') {
    const tags = text === null ? value : [text];
    if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) call.grant.tags = tags;
  }
}

/** `__proto__` is a name like any other. */
const define = (at: object, key: string | number, value: unknown) =>
  Object.defineProperty(at, key, { value, writable: true, enumerable: true, configurable: true });
