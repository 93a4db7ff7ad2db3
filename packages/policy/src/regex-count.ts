import { isObject } from './json.ts';
import { regexCost } from './regex-cost.ts';

/** Each is compiled when a document is read, so their number and cost bound how long that takes. */
export const MAX_PATTERNS = 200;
/** Microseconds, estimated: a document is read, and a call decided, within 50 ms on one core. */
export const MAX_PATTERN_COST = 20_000;

/** Why a document, well-formed or not, has too many different regular expressions, or too dear ones; null when it has not. */
export function patternsProblem(value: unknown): string | null {
  const patterns = new Set<string>();
  collect(value, patterns);
  if (patterns.size > MAX_PATTERNS) return `A document holds at most ${MAX_PATTERNS} different regular expressions`;
  let cost = 0;
  for (const pattern of patterns) {
    // What is refused by itself is said at its own place, and never compiled.
    const own = regexCost(pattern);
    if (own <= MAX_PATTERN_COST) cost += own;
  }
  return cost <= MAX_PATTERN_COST
    ? null
    : 'The regular expressions of this document together take too long to compile: use fewer, shorter ones, or fewer repetitions and classes such as \\pL';
}

/** Stops at the first pattern too many. */
function collect(value: unknown, patterns: Set<string>): void {
  if (patterns.size > MAX_PATTERNS) return;
  if (Array.isArray(value)) for (const item of value) collect(item, patterns);
  else if (isObject(value)) {
    if (value.op === 'regex' && typeof value.value === 'string') patterns.add(value.value);
    for (const item of Object.values(value)) collect(item, patterns);
  }
}
