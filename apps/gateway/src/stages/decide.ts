/** Stage 4: does the policy let it pass? Pure: nothing is asked, nothing is written. */
import { type MethodTreatment, treatmentOfNotification, treatmentOfRequest } from '@toolgate/mcp/methods';
import { assertNever } from '@toolgate/policy/assert-never';
import type { PolicyCall, PolicyTool } from '@toolgate/policy/call';
import type { CompiledPolicy } from '@toolgate/policy/compile';
import { decide as decideByPolicy, decideMethod } from '@toolgate/policy/decide';
import { beside, decideBeside } from '@toolgate/policy/decide-beside';
import type { Decision } from '@toolgate/policy/decision';
import { type Decided, onward, type Refusal, type Resolved, refused, rejected, type Staged } from './call.ts';
import { pausedBy, pauseText, withPauseReason } from './paused.ts';

/** @param approved a person's approval for exactly this call was taken. */
export function decide(call: Resolved, approved = false): Staged<Decided> {
  const treatment = treatmentOf(call);
  switch (treatment) {
    case 'governed':
      return decided(call, treatment, decideCall(call, approved));
    case 'policy_governed':
      return decided(call, treatment, decideOther(call));
    case 'listening':
      return decided(call, treatment, pausedDecision(call));
    case 'passed':
      // What would be ended at the next look is not begun.
      return call.verb === 'GET' && pausedBy(call) ? refused(PAUSED) : onward({ ...call, treatment, decision: null });
    case 'filtered':
    case 'opening':
    case 'discovering':
    case 'absorbed':
      return onward({ ...call, treatment, decision: null });
    case 'probe':
      return refused(PROBE);
    case 'refused':
      return rejected('method_not_found');
    case 'no_session':
      return refused(call.verb === 'POST' ? SESSION_REQUIRED : call.era === 'stateless' ? NO_METHOD : NO_STREAM);
    default:
      return assertNever(treatment);
  }
}

/** A stream, the end of a session and answers to the server only make sense within a session that the upstream knows. */
function treatmentOf({ message, session, era }: Resolved): MethodTreatment | 'absorbed' | 'no_session' {
  if (message === null || message.kind === 'response') return session?.upstream ? 'passed' : 'no_session';
  return message.kind === 'request' ? treatmentOfRequest(message.method, era) : treatmentOfNotification(message.method, era);
}

/** Null: not decided, and so neither charged nor recorded. */
function decided(call: Resolved, treatment: Decided['treatment'], decision: Decision | null): Staged<Decided> {
  if (decision === null) return onward({ ...call, treatment, decision });
  return decision.effect === 'allow' ? onward({ ...call, treatment, decision }) : refused({ kind: 'denial', decision });
}

/** Of a `tools/call`. */
function decideCall({ message, server, grant, policy, session, envelope, ...call }: Resolved, approved: boolean): Decision {
  if (message?.kind !== 'request' || message.tool === null) throw new Error('Only a tools/call is decided by its tool.');
  const asked: PolicyCall = {
    tool: server.tools.get(message.tool) ?? unknownTool(message.tool),
    args: message.args,
    grant: { label: grant.label, tags: [grant.kind] },
    client: { name: (session?.client ?? envelope?.clientInfo)?.name ?? null },
    paused: pausedBy({ server, grant, ...call }),
    approved,
  };
  const decision = policy?.shadow ? decideBeside(policy.compiled, policy.shadow, asked) : decideByPolicy(policy?.compiled ?? null, asked);
  return decision.code === 'paused' ? { ...decision, message: withPauseReason({ server, grant, ...call }, decision.message) } : decision;
}

/** Of the other methods that the policy governs: pauses first, then `methods`. */
function decideOther(call: Resolved): Decision {
  if (call.message?.kind !== 'request') throw new Error('Only a request is decided by its method.');
  const { method } = call.message;
  const paused = pausedDecision(call);
  if (paused) return paused;
  if (!call.policy) return denied('no_policy', 'No policy is attached to this grant for this server.');
  const { compiled, shadow } = call.policy;
  const decision = methodDecision(compiled, method);
  return shadow ? beside(decision, methodDecision(shadow.compiled, method), shadow.version) : decision;
}

function methodDecision(policy: CompiledPolicy, method: string): Decision {
  if (policy.document === null) return denied('policy_unreadable', 'The policy of this grant cannot be read, so nothing is allowed.');
  if (decideMethod(policy, method) !== 'allow') return denied('denied', `The policy does not allow ${method}.`);
  return {
    effect: 'allow',
    code: 'allowed',
    message: 'Allowed.',
    rule: null,
    trace: [{ step: 'methods', result: 'allow' }],
    charges: [],
    leases: [],
  };
}

function pausedDecision(call: Resolved): Decision | null {
  const paused = pauseText(call);
  return paused === null ? null : denied('paused', paused);
}

/** A tool that was never discovered is taken for the worst. */
export function unknownTool(name: string): PolicyTool {
  return { name, category: 'Destructive', risk: 'Critical', annotations: {}, state: 'unknown' };
}

function denied(code: Decision['code'], message: string): Decision {
  return { effect: 'deny', code, message, rule: null, trace: [{ step: code, result: 'deny' }], charges: [], leases: [] };
}

export const PROBE: Refusal = { kind: 'fault', code: 'method_not_found', audit: null };
const SESSION_REQUIRED: Refusal = { kind: 'fault', code: 'session_required', audit: 'rejected' };
/** How a server says that it offers no stream (MCP 2025-11-25, "Listening for Messages from the Server"). */
export const NO_STREAM: Refusal = {
  kind: 'fault',
  code: 'method_not_allowed',
  audit: null,
  text: 'There is no session to stream or to end here.',
};
const PAUSED: Refusal = { ...NO_STREAM, text: 'It is paused: there is nothing to listen to.' };
export const NO_METHOD: Refusal = { ...NO_STREAM, text: 'There is nothing but POST in 2026-07-28.' };
