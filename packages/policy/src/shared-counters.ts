import { isObject, ownValue } from './json.ts';
import { rateCounter } from './normalise.ts';
import { type JsonPath, toPointer } from './pointer.ts';
import type { PolicyProblem } from './problem.ts';
import { parseRate } from './rate.ts';
import type { SourceText } from './source-text.ts';
import { describeWindow, parseWindow } from './window.ts';

interface Use {
  path: JsonPath;
  counter: unknown;
  scope: unknown;
  windowMs: number | null;
}

/** Limits that use one counter in one scope share it, so they must agree on its window. Looks at any document, also one with other problems. */
export function sharedCounterProblems(text: SourceText): PolicyProblem[] {
  const first = new Map<string, Use>();
  const problems: PolicyProblem[] = [];
  for (const use of counterUses(text.value)) {
    if (typeof use.counter !== 'string' || typeof use.scope !== 'string' || use.windowMs === null) continue;
    const name = `${use.scope}:${use.counter}`;
    const before = first.get(name);
    if (before === undefined) first.set(name, use);
    else if (before.windowMs !== use.windowMs) {
      const message = `The counter "${use.counter}" is used with a window of one ${describeWindow(before.windowMs!)} at ${toPointer(before.path)}: use the same window, or another counter`;
      problems.push({ pointer: toPointer(use.path), message, ...text.locate(use.path) });
    }
  }
  return problems;
}

function* counterUses(document: unknown): Iterable<Use> {
  yield* ruleUses('all_tools', ['all_tools'], ownValue(document, 'all_tools'));
  const tools = ownValue(document, 'tools');
  if (!isObject(tools)) return;
  for (const name of Object.keys(tools)) yield* ruleUses(name, ['tools', name], tools[name]);
}

function* ruleUses(name: string, path: JsonPath, rule: unknown): Iterable<Use> {
  const limits = ownValue(rule, 'limits');
  for (const [index, limit] of (Array.isArray(limits) ? limits : []).entries()) {
    const windowMs = parseWindow(ownValue(limit, 'window'));
    yield { path: [...path, 'limits', index], counter: ownValue(limit, 'counter'), scope: ownValue(limit, 'scope') ?? 'grant', windowMs };
  }
  const rate = ownValue(rule, 'rate_limit');
  if (rate === undefined) return;
  const windowMs = typeof rate === 'string' ? (parseRate(rate)?.windowMs ?? null) : parseWindow(ownValue(rate, 'window'));
  yield { path: [...path, 'rate_limit'], counter: rateCounter(name), scope: 'grant', windowMs };
}
