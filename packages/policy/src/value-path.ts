import { ownValue } from './json.ts';

/** `args.items[*].id` as steps below its root; `null` stands for `[*]`. */
export interface ValuePath {
  root: 'args' | 'tool' | 'grant' | 'client';
  steps: (string | number | null)[];
  /** Has `[*]`, so that it names several values and needs a quantifier. */
  many: boolean;
}

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

/** Every value that a path with `[*]` names; where a list is expected and there is none, one MISSING. */
export function readValues(root: unknown, steps: ValuePath['steps']): unknown[] {
  let values: unknown[] = [root];
  for (const step of steps) {
    if (step === null) values = values.flatMap((value) => (Array.isArray(value) ? value : [MISSING]));
    else values = values.map((value) => (typeof step === 'number' ? element(value, step) : property(value, step)));
  }
  return values;
}

function property(value: unknown, key: string): unknown {
  const found = ownValue(value, key);
  return found === undefined ? MISSING : found;
}

function element(value: unknown, index: number): unknown {
  return Array.isArray(value) && index < value.length ? value[index] : MISSING;
}
