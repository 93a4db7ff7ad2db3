import type { PolicyCall } from './call.ts';
import type { PolicyCondition } from './document.ts';
import { compileOperator } from './operator.ts';
import type { Truth } from './truth.ts';
import { judgeValues, parseValuePath, readValue } from './value-path.ts';
import { spend, type Work } from './work.ts';

export type ConditionTest = (call: PolicyCall, work: Work) => Truth;

/** A condition as a closure. `quantifier` is what `[*]` means where it stands. Throws on a path that a read document cannot hold. */
export function compileCondition(condition: PolicyCondition, quantifier: 'every' | 'some'): ConditionTest {
  const path = parseValuePath(condition.path);
  if (typeof path === 'string') throw new Error(`${condition.pointer}: the path ${path}`);
  const { root, steps, many } = path;
  const test = compileOperator(condition.op, condition.value);
  const decisive = (condition.match ?? quantifier) === 'some';
  return (call, work) => {
    if (!spend(work, 1 + steps.length)) return null;
    return many ? judgeValues(call[root], steps, decisive, test, work) : test(readValue(call[root], steps), work);
  };
}
