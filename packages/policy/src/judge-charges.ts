import type { PolicyCall } from './call.ts';
import type { CompiledCharges } from './charges.ts';
import type { CompiledTool } from './compile.ts';
import type { PolicyCharge, PolicyLease, TraceStep } from './decision.ts';
import { explainLimit, limitSubject } from './explain-limit.ts';
import type { Judgement, Refusal } from './judge-rules.ts';
import { describeMicros } from './micros.ts';

export interface ChargeJudgement extends Judgement {
  charges: PolicyCharge[];
  shadowCharges: PolicyCharge[];
  leases: PolicyLease[];
  shadowLeases: PolicyLease[];
}

/**
 * Step 10 as far as it needs no ledger: reads what each limit takes, and refuses what no counter could ever hold. Adds to the trace.
 * `refusedInShadow`: a rule in shadow has refused the call already, so that, were it enforced, the call would have come to no limit.
 */
export function judgeCharges(tool: CompiledTool, call: PolicyCall, trace: TraceStep[], refusedInShadow: boolean): ChargeJudgement {
  const enforced = judge(tool.charges, tool.leases, call);
  const recorded = refusedInShadow ? NOTHING : judge(tool.shadowCharges, tool.shadowLeases, call);
  for (const { rule } of enforced.charges) trace.push({ step: 'limits', result: 'charge', rule });
  for (const { rule } of enforced.leases) trace.push({ step: 'limits', result: 'lease', rule });
  for (const { rule } of recorded.charges) trace.push({ step: 'limits', result: 'would charge', rule, note: SHADOW });
  for (const { rule } of recorded.leases) trace.push({ step: 'limits', result: 'would lease', rule, note: SHADOW });
  if (enforced.refusal) trace.push(refusalStep(enforced.refusal, 'refuse'));
  if (recorded.refusal) trace.push(refusalStep(recorded.refusal, 'would refuse'));
  if (isNothing(enforced) && isNothing(recorded)) trace.push(NO_LIMITS);
  return {
    refusal: enforced.refusal,
    shadow: recorded.refusal,
    charges: enforced.charges,
    leases: enforced.leases,
    shadowCharges: recorded.charges,
    shadowLeases: recorded.leases,
  };
}

const SHADOW = 'shadow: recorded, not enforced';
const NO_LIMITS: TraceStep = { step: 'limits', result: 'none' };

interface Taken {
  charges: PolicyCharge[];
  leases: PolicyLease[];
  refusal: Refusal | null;
}

const NOTHING: Taken = { charges: [], leases: [], refusal: null };
const isNothing = ({ charges, leases, refusal }: Taken): boolean => charges.length + leases.length === 0 && refusal === null;

function refusalStep({ message, rule }: Refusal, result: string): TraceStep {
  return { step: 'limits', result, note: message, ...(rule === null ? {} : { rule }) };
}

function judge(compiled: CompiledCharges, leases: PolicyLease[], call: PolicyCall): Taken {
  const read = compiled.read(call);
  if (!read.ok) {
    const message = `${read.limit.by} ${read.problem}, but a limit of ${call.tool.name} adds it up; send a number that is not negative, with up to 6 decimals.`;
    return { ...NOTHING, refusal: { effect: 'deny', code: 'requirement_not_met', message, rule: read.limit.pointer } };
  }
  const never = read.charges.find((charge) => charge.amountMicros > charge.maxMicros || charge.maxMicros === 0);
  return never ? { ...NOTHING, refusal: neverPasses(never) } : { charges: read.charges, leases, refusal: null };
}

/** Waiting does not help: the call alone is more than the maximum. */
function neverPasses(charge: PolicyCharge): Refusal {
  const { by } = charge.limit;
  const limited = `${limitSubject(charge.subject)} limited to ${explainLimit(charge.limit).replace('at most ', '')}`;
  const advice =
    charge.maxMicros === 0 || by === null
      ? 'so no call passes; ask an administrator to raise the limit'
      : `and this call asks for ${describeMicros(charge.amountMicros)}; ask for less`;
  return { effect: 'limit', code: 'limit_reached', message: `${limited}, ${advice}.`, rule: charge.rule };
}
