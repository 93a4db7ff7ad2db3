/** What a condition may be of a call whose argument values are not all known. */
import type { PolicyCall } from './call.ts';
import { compileCondition } from './condition.ts';
import type { PolicyCondition, PolicyEntry } from './document.ts';
import type { RecordedCall } from './recorded-call.ts';
import { knownCost, workBound } from './replay-work.ts';
import type { Truth } from './truth.ts';
import { parseValuePath } from './value-path.ts';
import { DECISION_WORK } from './work.ts';

/** A set of truths, as bits. */
export type Possible = number;
export const HOLDS = 1;
export const FAILS = 2;
export const UNEVALUABLE = 4;
const ANYTHING = HOLDS | FAILS | UNEVALUABLE;

const bitOf = (truth: Truth): Possible => (truth === null ? UNEVALUABLE : truth ? HOLDS : FAILS);

/** What is known of an argument: its value, or as much as the names that were recorded say. */
export function presence(call: RecordedCall, key: string): 'known' | 'present' | 'absent' | 'unknown' {
  if (call.args && Object.hasOwn(call.args, key)) return 'known';
  if (call.argumentKeys === null) return 'unknown';
  // Longer names are recorded cut.
  if (key.length >= LONGEST_KEY) return 'unknown';
  return call.argumentKeys.includes(key) ? 'present' : call.keysComplete ? 'absent' : 'unknown';
}

/** As the gateway records them. */
const LONGEST_KEY = 128;

/** Judges conditions of one call; how they may come out is a superset of how they can. */
export class PossibleTruths {
  readonly #call: RecordedCall;
  /** One for each name that the client may have given: the log has it in one text with its version. */
  readonly #facts: PolicyCall[];
  readonly #exhaustible: boolean;

  /** @param conditions everything that is judged of the call and costs work */
  constructor(call: RecordedCall, conditions: readonly PolicyCondition[]) {
    this.#call = call;
    this.#facts = clientNames(call.client).map((name) => ({ ...factsOf(call), client: { name } }));
    this.#exhaustible = this.#workOf(conditions) > DECISION_WORK;
  }

  /** Of an entry: all of its conditions together. */
  entry({ conditions }: PolicyEntry, quantifier: 'every' | 'some'): Possible {
    const each = conditions.map((condition) => this.#condition(condition, quantifier));
    const can = (possible: Possible, what: Possible) => (possible & what) !== 0;
    let result = 0;
    if (each.every((possible) => can(possible, HOLDS))) result |= HOLDS;
    if (each.some((possible) => can(possible, FAILS))) result |= FAILS;
    if (each.some((possible) => can(possible, UNEVALUABLE)) && each.every((possible) => can(possible, HOLDS | UNEVALUABLE))) {
      result |= UNEVALUABLE;
    }
    return result;
  }

  #condition(condition: PolicyCondition, quantifier: 'every' | 'some'): Possible {
    const unknown = unknownTruths(condition, this.#call);
    if (unknown !== null) return unknown;
    const test = compiled(condition, quantifier);
    let result = this.#exhaustible ? UNEVALUABLE : 0;
    for (const facts of this.#facts) result |= bitOf(test(facts, { left: DECISION_WORK }));
    return result;
  }

  /** The most that all of them together can cost. */
  #workOf(conditions: readonly PolicyCondition[]): number {
    const { requestBytes } = this.#call;
    const unknown = conditions.filter((condition) => unknownTruths(condition, this.#call) !== null);
    if (unknown.length > 0 && requestBytes === null) return Number.POSITIVE_INFINITY;
    const known = conditions.filter((condition) => !unknown.includes(condition));
    const cost = known.map((condition) => Math.max(...this.#facts.map((facts) => knownCost(compiled(condition, 'some'), facts))));
    return [...unknown.map((condition) => workBound(condition, requestBytes ?? 0)), ...cost].reduce((sum, one) => sum + one, 0);
  }
}

/** Null: everything that the condition looks at is known. */
function unknownTruths(condition: PolicyCondition, call: RecordedCall): Possible | null {
  const { root, steps } = pathOf(condition.path);
  if (root === 'tool') return call.toolForgotten ? ANYTHING : null;
  if (root === 'client') return call.client !== null && call.client.length >= LONGEST_CLIENT ? ANYTHING : null;
  if (root !== 'args') return null;
  const [first] = steps;
  if (call.argumentKeys === null && !call.args) return ANYTHING;
  // Arguments are an object: there is nothing at an index of it.
  if (typeof first !== 'string') return null;
  switch (presence(call, first)) {
    case 'known':
    case 'absent':
      return null;
    case 'present':
      // It is there, or it is null, which is not judged.
      if (condition.op === 'exists' && steps.length === 1) return ((condition.value ?? true) ? HOLDS : FAILS) | UNEVALUABLE;
      return ANYTHING;
    default:
      return ANYTHING;
  }
}

/** The log cuts the client's text here. */
const LONGEST_CLIENT = 200;

/**
 * The names of which, with a version, the text may be made. Where its last word alone begins like a version it is taken for one; else
 * any beginning may be the name.
 */
function clientNames(text: string | null): (string | null)[] {
  if (text === null) return [null];
  const words = text.split(' ');
  if (words.length > 1 && words.findIndex((word) => /^v?\d/.test(word)) === words.length - 1) return [words.slice(0, -1).join(' ')];
  return ['', ...words.map((_, last) => words.slice(0, last + 1).join(' '))];
}

const factsOf = ({ tool, grant, approved, args = {} }: RecordedCall): Omit<PolicyCall, 'client'> => ({
  tool: { name: '', category: '', risk: '', annotations: {}, ...tool, state: 'active' },
  // What is asked of the others is missing.
  args,
  grant,
  paused: null,
  approved,
});

const paths = new Map<string, Exclude<ReturnType<typeof parseValuePath>, string>>();

function pathOf(text: string) {
  const known = paths.get(text);
  if (known) return known;
  const path = parseValuePath(text);
  if (typeof path === 'string') throw new Error(`The path ${path}`);
  if (paths.size >= 10_000) paths.clear();
  paths.set(text, path);
  return path;
}

const tests = {
  every: new WeakMap<PolicyCondition, ReturnType<typeof compileCondition>>(),
  some: new WeakMap<PolicyCondition, ReturnType<typeof compileCondition>>(),
};

function compiled(condition: PolicyCondition, quantifier: 'every' | 'some') {
  const known = tests[quantifier].get(condition);
  if (known) return known;
  const made = compileCondition(condition, quantifier);
  tests[quantifier].set(condition, made);
  return made;
}
