import type { PolicyCall } from './call.ts';
import type { PolicyCondition } from './document.ts';
import { compileOperator } from './operator.ts';
import type { RegexWork } from './regex.ts';
import { everyTruth, someTruth, type Truth } from './truth.ts';
import { parseValuePath, readValue, readValues, type ValuePath } from './value-path.ts';

export type ConditionTest = (call: PolicyCall, work: RegexWork) => Truth;

/** A condition as a closure. `quantifier` is what `[*]` means where it stands. Throws on a path that a read document cannot hold. */
export function compileCondition(condition: PolicyCondition, quantifier: 'every' | 'some'): ConditionTest {
  const path = parseValuePath(condition.path);
  if (typeof path === 'string') throw new Error(`${condition.pointer}: the path ${path}`);
  const { root, steps } = path;
  const test = compileOperator(condition.op, condition.value);
  if (!path.many) return (call, work) => test(readValue(rootOf(call, root), steps), work);
  const quantify = (condition.match ?? quantifier) === 'every' ? everyTruth : someTruth;
  return (call, work) => quantify(readValues(rootOf(call, root), steps), (value) => test(value, work));
}

function rootOf(call: PolicyCall, root: ValuePath['root']): unknown {
  return call[root];
}
