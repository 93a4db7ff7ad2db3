import type { PolicyCall } from '@toolgate/policy/call';
import { type CompiledPolicy, compilePolicy, unreadablePolicy } from '@toolgate/policy/compile';
import { decide, decideMethod, lists } from '@toolgate/policy/decide';
import type { Decision, PolicyCharge, PolicyLease } from '@toolgate/policy/decision';
import { explainPointer } from '@toolgate/policy/explain-pointer';
import type { PolicyProblem } from '@toolgate/policy/problem';
import { readPolicy } from '@toolgate/policy/read';
import { chargeUsed, type UsedCounter } from '@toolgate/policy/used-counters';

/** A call that is not made. `args`: JSON, as a caller sends it. */
export interface SimulatedCall extends Omit<PolicyCall, 'args'> {
  args: string;
  /** What other calls have taken so far; what is not named is unused. */
  used: UsedCounter[];
}

/** What the simulator is asked. `source`: the text of the document; null: no policy is attached. */
export type Question =
  | { kind: 'call'; source: string | null; call: SimulatedCall }
  | { kind: 'method'; source: string | null; method: string };

export type Answer =
  | { kind: 'call'; simulation: Simulation }
  | { kind: 'method'; effect: 'allow' | 'deny' }
  /** The arguments are no JSON. */
  | { kind: 'no_call'; problem: string };

export interface Simulation {
  decision: Decision;
  /** Whether tools/list would show it to this caller. */
  listed: boolean;
  /** The line that decided, in a sentence; null: none did. */
  says: string | null;
  /** Why the document cannot be read, so that every call is denied. */
  problems: PolicyProblem[];
  /** What the call would take, were there room for it: also where there is none. */
  takes: { charges: PolicyCharge[]; shadowCharges: PolicyCharge[]; leases: PolicyLease[]; shadowLeases: PolicyLease[] };
}

/** Decides as the gateway would: the document is read, compiled and judged by the same engine, then charged to counters of this state. */
export function simulate(question: Question): Answer {
  const { policy, problems } = policyOf(question.source);
  if (question.kind === 'method') return { kind: 'method', effect: decideMethod(policy, question.method) };
  const { args, used, ...call } = question.call;
  const parsed = parse(args);
  if (!parsed.ok) return { kind: 'no_call', problem: parsed.problem };
  const decided = decide(policy, { ...call, args: parsed.value });
  const takes = {
    charges: decided.charges,
    shadowCharges: decided.shadowCharges ?? [],
    leases: decided.leases,
    shadowLeases: decided.shadowLeases ?? [],
  };
  const decision = decided.effect === 'allow' ? chargeUsed(decided, used, Date.now()) : decided;
  const says = decision.rule !== null && policy?.document ? explainPointer(policy.document, decision.rule) : null;
  return { kind: 'call', simulation: { decision, listed: lists(policy, call.tool, call.paused), says, problems, takes } };
}

function policyOf(source: string | null): { policy: CompiledPolicy | null; problems: PolicyProblem[] } {
  if (source === null) return { policy: null, problems: [] };
  const read = readPolicy(source);
  return read.ok ? { policy: compilePolicy(read.document), problems: [] } : { policy: unreadablePolicy, problems: read.errors };
}

function parse(text: string): { ok: true; value: unknown } | { ok: false; problem: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, problem: 'This is no JSON: arguments look like {"prompt": "a cat"}.' };
  }
}
