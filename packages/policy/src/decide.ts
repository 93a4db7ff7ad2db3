import { assertNever } from './assert-never.ts';
import type { Paused, PolicyCall, PolicyTool } from './call.ts';
import type { CompiledPolicy, CompiledTool } from './compile.ts';
import type { Decision, DecisionCode, TraceStep } from './decision.ts';
import { judgeCharges } from './judge-charges.ts';
import { judgeRules, type Refusal } from './judge-rules.ts';

export { leaseDecision, limitDecision } from './limit-decision.ts';

/** Decides a call. `policy` null: none is attached to this grant for this server. The steps are those of the language, in their order. */
export function decide(policy: CompiledPolicy | null, call: PolicyCall): Decision {
  const early = refuseBeforePolicy(policy, call.tool, call.paused);
  if (early !== null) return early;
  const tool = policy!.tool(call.tool.name);
  const trace = [...PASSED, ...tool.trace];
  let shadow: Refusal | null = null;
  for (const refusal of tool.refusals) {
    if (!refusal.shadow) return refused({ ...refusal, effect: 'deny' }, trace, shadow);
    shadow ??= { ...refusal, effect: 'deny' };
  }
  if (tool.unconditional) trace.push(...NO_CONDITIONS);
  else {
    const judged = judgeRules(tool, call, trace);
    if (judged.refusal !== null) return refused(judged.refusal, trace, shadow ?? judged.shadow);
    shadow ??= judged.shadow;
  }
  const charged = judgeCharges(tool, call, trace, shadow !== null);
  if (charged.refusal !== null) return refused(charged.refusal, trace, shadow ?? charged.shadow);
  shadow ??= charged.shadow;
  trace.push(ALLOWED);
  const decision: Decision = {
    effect: 'allow',
    code: 'allowed',
    message: allowedMessage(tool),
    rule: null,
    trace,
    charges: charged.charges,
    leases: charged.leases,
  };
  if (shadow !== null) decision.shadow = recorded(shadow);
  if (charged.shadowCharges.length > 0) decision.shadowCharges = charged.shadowCharges;
  if (charged.shadowLeases.length > 0) decision.shadowLeases = charged.shadowLeases;
  return decision;
}

/** Whether a tool is listed: if and only if steps 1 to 6 would not deny a call of it. */
export function lists(policy: CompiledPolicy | null, tool: PolicyTool, paused: Paused | boolean): boolean {
  const why = paused === true ? 'organization' : paused === false ? null : paused;
  if (refuseBeforePolicy(policy, tool, why) !== null) return false;
  return policy!.tool(tool.name).refusals.every((refusal) => refusal.shadow);
}

/** Whether the policy lets a governed method other than `tools/call` through. */
export function decideMethod(policy: CompiledPolicy | null, method: string): 'allow' | 'deny' {
  return policy === null ? 'deny' : policy.method(method);
}

const PASSED: TraceStep[] = ['paused', 'policy', 'tool'].map((step) => ({ step, result: 'pass' }));
const NO_CONDITIONS: TraceStep[] = ['require', 'deny_if', 'approve_if'].map((step) => ({ step, result: 'none' }));
const ALLOWED: TraceStep = { step: 'decision', result: 'allow' };

const allowedMessage = (tool: CompiledTool) => `${tool.name} is allowed.`;

function refused(refusal: Refusal, trace: TraceStep[], shadow: Refusal | null): Decision {
  const { effect, code, message, rule, approval } = refusal;
  const decision: Decision = { effect, code, message, rule, trace, charges: [], leases: [] };
  if (approval) decision.approval = approval;
  if (shadow !== null) decision.shadow = recorded(shadow);
  return decision;
}

const recorded = ({ effect, code, rule, message }: Refusal): NonNullable<Decision['shadow']> => ({ effect, code, rule, message });

/** Steps 1 to 3: what is decided before the document is looked at. Shadow does not reach here. */
function refuseBeforePolicy(policy: CompiledPolicy | null, tool: PolicyTool, paused: Paused): Decision | null {
  if (paused !== null) return deniedAt(0, 'paused', `This ${paused} is paused, so no call passes; ask an administrator to resume it.`);
  if (policy === null) {
    return deniedAt(
      1,
      'no_policy',
      'No policy is attached to this grant for this server, so every call is denied; ask an administrator to attach one.',
    );
  }
  if (policy.document === null) {
    return deniedAt(
      1,
      'policy_unreadable',
      'The policy of this grant cannot be read, so every call is denied; ask an administrator to publish it again.',
    );
  }
  return tool.state === 'active' ? null : deniedAt(2, 'tool_quarantined', stateMessage(tool.name, tool.state));
}

function deniedAt(step: 0 | 1 | 2, code: DecisionCode, message: string): Decision {
  const trace = [...PASSED.slice(0, step), { step: PASSED[step]!.step, result: 'deny' }];
  return { effect: 'deny', code, message, rule: null, trace, charges: [], leases: [] };
}

function stateMessage(name: string, state: Exclude<PolicyTool['state'], 'active'>): string {
  switch (state) {
    case 'quarantined':
      return `${name} is new or has changed and waits for a review; use another tool, or ask an administrator to review it.`;
    case 'removed':
      return `${name} is no longer offered by its server; call a tool that tools/list offers.`;
    case 'unknown':
      return `${name} is not a tool of this server; call a tool that tools/list offers.`;
    default:
      return assertNever(state);
  }
}
