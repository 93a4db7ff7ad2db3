import type { PolicyCall } from './call.ts';
import type { ConditionTest } from './condition.ts';
import type { PolicyCondition } from './document.ts';
import { isObject } from './json.ts';
import { compileRegex } from './regex.ts';
import type { Work } from './work.ts';

/**
 * The most work that a condition can cost on arguments that came in a request of so many bytes: no text of it is longer, and it has no
 * more values. What each operator spends is in operator.ts; this is never less.
 */
export function workBound({ op, value, path }: PolicyCondition, bytes: number): number {
  const steps = 2 + path.split(/[.[]/).length;
  const walk = (bytes + 1) * steps ** 2;
  return walk + 3 * (bytes + 1) * (4 + weightOf(op, value));
}

/** Per character of what is judged. */
function weightOf(op: PolicyCondition['op'], value: unknown): number {
  if (op === 'regex') return programSize(String(value));
  if (op === 'contains') return typeof value === 'string' ? value.length / 400 : 1;
  return 2 * nodesOf(value);
}

/** Judging an empty text costs one run of the program. */
function programSize(pattern: string): number {
  const known = sizes.get(pattern);
  if (known !== undefined) return known;
  const work: Work = { left: 1_000_000 };
  compileRegex(pattern)('', work);
  if (sizes.size >= 1_000) sizes.clear();
  sizes.set(pattern, 1_000_000 - work.left);
  return 1_000_000 - work.left;
}
const sizes = new Map<string, number>();

function nodesOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + nodesOf(item), 1);
  return isObject(value) ? Object.values(value).reduce((sum: number, item) => sum + nodesOf(item), 1) : 1;
}

/** What a condition costs on facts that are known. */
export function knownCost(test: ConditionTest, facts: PolicyCall): number {
  const work: Work = { left: Number.MAX_SAFE_INTEGER };
  test(facts, work);
  return Number.MAX_SAFE_INTEGER - work.left;
}
