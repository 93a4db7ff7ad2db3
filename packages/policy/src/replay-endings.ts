/** The steps of the decision procedure from 4 on, for a call whose argument values are not known. */
import type { CompiledEntry, CompiledRule, CompiledTool } from './compile.ts';
import type { DecisionCode } from './decision.ts';
import type { PolicyCondition, PolicyEntry } from './document.ts';
import type { RecordedCall } from './recorded-call.ts';
import type { ReplayCounters } from './replay-counters.ts';
import { chargePossibly, limitEndings } from './replay-limits.ts';
import { FAILS, HOLDS, PossibleTruths, UNEVALUABLE } from './replay-truth.ts';

/** One way in which a call may end. */
export interface Ending {
  now: 'passes' | 'asks' | 'refused';
  code: DecisionCode;
  rule: string | null;
}

/** All ways in which it may end, first those that depend on what is not known; what it then takes from the counters is taken. */
export function possibleEndings(tool: CompiledTool, call: RecordedCall, counters: ReplayCounters): Ending[] {
  const refusal = tool.refusals.find(({ shadow }) => !shadow);
  if (refusal) return [{ now: 'refused', code: refusal.code, rule: refusal.rule }];
  const enforced = tool.rules.filter(({ shadow }) => !shadow);
  const endings: Ending[] = [];
  const truths = new PossibleTruths(call, conditionsOf(enforced));
  for (const step of STEPS) {
    if (step.code === 'approval_required' && call.approved) continue;
    for (const rule of enforced)
      for (const { source } of step.entries(rule)) {
        const possible = truths.entry(source, step.quantifier);
        if ((possible & step.refuses) === 0) continue;
        endings.push({ now: step.now, code: step.code, rule: source.pointer });
        if ((possible & ~step.refuses) === 0) return endings;
      }
  }
  const limited = limitEndings(tool, enforced, call, counters);
  endings.push(...limited);
  if (limited.some(({ now }) => now === 'passes')) chargePossibly(tool, enforced, call, counters, endings.length === 1);
  return endings;
}

interface Step {
  code: DecisionCode;
  now: 'asks' | 'refused';
  quantifier: 'every' | 'some';
  entries(rule: CompiledRule): CompiledEntry<PolicyEntry>[];
  /** The truths with which an entry does not let a call through. */
  refuses: number;
}

const STEPS: Step[] = [
  { code: 'requirement_not_met', now: 'refused', quantifier: 'every', entries: ({ require }) => require, refuses: FAILS | UNEVALUABLE },
  { code: 'deny_if_matched', now: 'refused', quantifier: 'some', entries: ({ denyIf }) => denyIf, refuses: HOLDS | UNEVALUABLE },
  { code: 'approval_required', now: 'asks', quantifier: 'some', entries: ({ approveIf }) => approveIf, refuses: HOLDS | UNEVALUABLE },
];

const conditionsOf = (rules: readonly CompiledRule[]): PolicyCondition[] =>
  rules.flatMap((rule) => STEPS.flatMap((step) => step.entries(rule).flatMap(({ source }) => source.conditions)));
