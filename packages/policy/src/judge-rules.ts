import type { PolicyCall } from './call.ts';
import type { CompiledEntry, CompiledRule, CompiledTool } from './compile.ts';
import type { Decision, TraceStep } from './decision.ts';
import type { PolicyApproval, PolicyEntry } from './document.ts';
import { DECISION_WORK, SHADOW_WORK, type Work } from './work.ts';

/** What a step makes of a call that it does not let through. */
export interface Refusal extends Pick<Decision, 'effect' | 'code' | 'message' | 'rule'> {
  approval?: Decision['approval'];
}

export interface Judgement {
  refusal: Refusal | null;
  /** The first refusal that is only recorded. */
  shadow: Refusal | null;
}

interface Budgets {
  enforced: Work;
  shadow: Work;
}

interface Step<T extends PolicyEntry> {
  name: 'require' | 'deny_if' | 'approve_if';
  entries(rule: CompiledRule): CompiledEntry<T>[];
  /** What "cannot be evaluated" counts as: whatever does not help the caller. */
  unevaluable: boolean;
  /** An entry with this truth refuses. */
  refusesWhen: boolean;
  refusal(tool: string, entry: T): Refusal;
}

/** Steps 7 to 9: each over all_tools and then over the tool's own rule. Adds to the trace. */
export function judgeRules(tool: CompiledTool, call: PolicyCall, trace: TraceStep[]): Judgement {
  const work: Budgets = { enforced: { left: DECISION_WORK }, shadow: { left: SHADOW_WORK } };
  const judgement: Judgement = { refusal: null, shadow: null };
  judgeStep(REQUIRE, tool, call, work, trace, judgement);
  if (judgement.refusal === null) judgeStep(DENY_IF, tool, call, work, trace, judgement);
  if (judgement.refusal !== null) return judgement;
  if (call.approved && tool.rules.some((rule) => rule.approveIf.length > 0)) trace.push({ step: 'approve_if', result: 'approved' });
  else judgeStep(APPROVE_IF, tool, call, work, trace, judgement);
  const { refusal } = judgement as Judgement;
  if (refusal?.approval) refusal.approval = strictestApproval(tool, call, work.enforced);
  return judgement;
}

/** One approval answers every entry that asks for one, so it has to be what the strictest of them wants. */
function strictestApproval(tool: CompiledTool, call: PolicyCall, work: Work): NonNullable<Decision['approval']> {
  const asking = tool.rules.flatMap((rule) => (rule.shadow ? [] : rule.approveIf)).filter(({ test }) => test(call, work) ?? true);
  const entries = asking.map(({ source }) => source);
  return {
    timeoutMs: Math.min(...entries.map(({ timeoutMs }) => timeoutMs)),
    approvals: Math.max(...entries.map(({ approvals }) => approvals)),
    ...(entries.some(({ excludeRequester }) => excludeRequester) ? { excludeRequester: true as const } : {}),
  };
}

function judgeStep<T extends PolicyEntry>(
  step: Step<T>,
  tool: CompiledTool,
  call: PolicyCall,
  work: Budgets,
  trace: TraceStep[],
  judgement: Judgement,
): void {
  let looked = false;
  for (const rule of tool.rules) {
    for (const { source, test } of step.entries(rule)) {
      looked = true;
      const truth = test(call, rule.shadow ? work.shadow : work.enforced);
      const refuses = (truth ?? step.unevaluable) === step.refusesWhen;
      const seen: TraceStep = {
        step: step.name,
        result: truth === null ? 'unevaluable' : truth ? 'holds' : 'does not hold',
        rule: source.pointer,
      };
      if (refuses && rule.shadow) seen.note = 'shadow: recorded, not enforced';
      trace.push(seen);
      if (!refuses) continue;
      const refusal = step.refusal(tool.name, source);
      if (rule.shadow) judgement.shadow ??= refusal;
      else {
        judgement.refusal = refusal;
        return;
      }
    }
  }
  if (!looked) trace.push({ step: step.name, result: 'none' });
}

const REQUIRE: Step<PolicyEntry> = {
  name: 'require',
  entries: (rule) => rule.require,
  unevaluable: false,
  refusesWhen: false,
  refusal: (tool, entry) => {
    const message = `This call of ${tool} does not meet a requirement (${named(entry)}); change the arguments and call again.`;
    return { effect: 'deny', code: 'requirement_not_met', message: entry.message ?? message, rule: entry.pointer };
  },
};

const DENY_IF: Step<PolicyEntry> = {
  name: 'deny_if',
  entries: (rule) => rule.denyIf,
  unevaluable: true,
  refusesWhen: true,
  refusal: (tool, entry) => {
    const message =
      entry.conditions.length === 0
        ? `${tool} is denied by policy; use another tool, or ask an administrator to allow it.`
        : `This call of ${tool} is denied because of its values (${named(entry)}); change the arguments and call again.`;
    return { effect: 'deny', code: 'deny_if_matched', message: entry.message ?? message, rule: entry.pointer };
  },
};

const APPROVE_IF: Step<PolicyApproval> = {
  name: 'approve_if',
  entries: (rule) => rule.approveIf,
  unevaluable: true,
  refusesWhen: true,
  refusal: (tool, entry) => ({
    effect: 'pending',
    code: 'approval_required',
    message: entry.message ?? `This call of ${tool} needs the approval of a person; make the very same call again once it is approved.`,
    rule: entry.pointer,
    approval: { timeoutMs: entry.timeoutMs, approvals: entry.approvals },
  }),
};

/** The paths that an entry looks at: what the caller may have to change. */
function named(entry: PolicyEntry): string {
  const paths = [...new Set(entry.conditions.map((condition) => condition.path))];
  return paths.length <= 4 ? paths.join(', ') : `${paths.slice(0, 4).join(', ')} …`;
}
