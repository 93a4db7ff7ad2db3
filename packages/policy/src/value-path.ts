import { ownValue } from './json.ts';
import type { ValueTest } from './operator.ts';
import type { Truth } from './truth.ts';
import { spend, type Work } from './work.ts';

/** `args.items[*].id` as steps below its root; `null` stands for `[*]`. */
export interface ValuePath {
  root: 'args' | 'tool' | 'grant' | 'client';
  steps: (string | number | null)[];
  /** Has `[*]`, so that it names several values and needs a quantifier. */
  many: boolean;
}

export const MAX_STEPS = 64;

export const MISSING: unique symbol = Symbol('missing');

const STEP = /\.([^.[\]"\s]+)|\[(\d{1,9})\]|\[(\*)\]|\[("(?:[^"\\]|\\.)*")\]/y;
/** Facts about the call other than its arguments are a closed list. */
const FACTS = /^(tool\.category|tool\.risk|tool\.annotations\.[^.[\]"\s]+|grant\.label|grant\.tags(\[(\d{1,9}|\*)\])?|client\.name)$/;

/** Reads a path; a string says why it is none. Keys that hold a dot are written `args["a.b"]`. */
export function parseValuePath(text: string): ValuePath | string {
  const root = /^(args|tool|grant|client)(?=[.[])/.exec(text)?.[1] as ValuePath['root'] | undefined;
  if (!root) return 'must start with "args.", "tool.", "grant." or "client."';
  if (root !== 'args' && !FACTS.test(text)) {
    return 'must be args.…, tool.category, tool.risk, tool.annotations.<hint>, grant.label, grant.tags or client.name';
  }
  const steps: ValuePath['steps'] = [];
  STEP.lastIndex = root.length;
  let read = root.length;
  while (read < text.length) {
    const match = STEP.exec(text);
    const step = match && readStep(match);
    if (!match || step === undefined)
      return `cannot be read from character ${read + 1} on: write args.a, args.items[0], args.items[*] or args["a.b"]`;
    steps.push(step);
    if (steps.length > MAX_STEPS) return `has more than ${MAX_STEPS} steps`;
    read = STEP.lastIndex;
  }
  return { root, steps, many: steps.includes(null) };
}

function readStep(match: RegExpExecArray): string | number | null | undefined {
  if (match[1] !== undefined) return match[1];
  if (match[2] !== undefined) return Number(match[2]);
  if (match[3] !== undefined) return null;
  try {
    return JSON.parse(match[4]!) as string;
  } catch {
    return undefined;
  }
}

/** The one value that a path without `[*]` names, or MISSING. Own properties only. */
export function readValue(root: unknown, steps: ValuePath['steps']): unknown {
  let value = root;
  for (const step of steps) {
    value = typeof step === 'number' ? element(value, step) : step === null ? MISSING : property(value, step);
    if (value === MISSING) return MISSING;
  }
  return value;
}

/**
 * Judges every value that a path with `[*]` names; where a list is expected and there is none, one MISSING. The first that is `decisive`
 * decides (`some`: true, `every`: false), then one unevaluable; of nothing at all, `every` holds. Every value costs a step of work.
 */
export function judgeValues(root: unknown, steps: ValuePath['steps'], decisive: boolean, test: ValueTest, work: Work): Truth {
  const star = steps.indexOf(null);
  if (star < 0) return test(readValue(root, steps), work);
  const list = readValue(root, steps.slice(0, star));
  if (!Array.isArray(list)) return test(MISSING, work);
  const rest = steps.slice(star + 1);
  let result: Truth = !decisive;
  for (const item of list) {
    if (!spend(work, 1 + rest.length)) return null;
    const truth = rest.length === 0 ? test(item, work) : judgeValues(item, rest, decisive, test, work);
    if (truth === decisive) return truth;
    if (truth === null) result = null;
  }
  return result;
}

function property(value: unknown, key: string): unknown {
  const found = ownValue(value, key);
  return found === undefined ? MISSING : found;
}

function element(value: unknown, index: number): unknown {
  return Array.isArray(value) && index < value.length ? value[index] : MISSING;
}
