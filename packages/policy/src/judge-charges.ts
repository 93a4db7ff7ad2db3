import type { PolicyCall } from './call.ts';
import type { CompiledCharges } from './charges.ts';
import type { CompiledTool } from './compile.ts';
import type { PolicyCharge, TraceStep } from './decision.ts';
import { explainLimit, limitSubject } from './explain-limit.ts';
import type { Judgement, Refusal } from './judge-rules.ts';
import { describeMicros } from './micros.ts';

export interface ChargeJudgement extends Judgement {
  charges: PolicyCharge[];
  shadowCharges: PolicyCharge[];
}

/** Step 10 as far as it needs no ledger: reads what each limit takes, and refuses what no counter could ever hold. Adds to the trace. */
export function judgeCharges(tool: CompiledTool, call: PolicyCall, trace: TraceStep[]): ChargeJudgement {
  const enforced = judge(tool.charges, call);
  const recorded = judge(tool.shadowCharges, call);
  for (const charge of enforced.charges) trace.push({ step: 'limits', result: 'charge', rule: charge.rule });
  for (const charge of recorded.charges)
    trace.push({ step: 'limits', result: 'would charge', rule: charge.rule, note: 'shadow: recorded, not enforced' });
  for (const [refusal, result] of [
    [enforced.refusal, 'refuse'],
    [recorded.refusal, 'would refuse'],
  ] as const) {
    if (refusal !== null)
      trace.push({ step: 'limits', result, note: refusal.message, ...(refusal.rule === null ? {} : { rule: refusal.rule }) });
  }
  if (enforced.charges.length + recorded.charges.length === 0 && !enforced.refusal && !recorded.refusal) trace.push(NO_LIMITS);
  return { refusal: enforced.refusal, shadow: recorded.refusal, charges: enforced.charges, shadowCharges: recorded.charges };
}

const NO_LIMITS: TraceStep = { step: 'limits', result: 'none' };

function judge(compiled: CompiledCharges, call: PolicyCall): { charges: PolicyCharge[]; refusal: Refusal | null } {
  const read = compiled.read(call);
  if (!read.ok) {
    const message = `${read.limit.by} ${read.problem}, but a limit of ${call.tool.name} adds it up; send a number that is not negative, with up to 6 decimals.`;
    return { charges: [], refusal: { effect: 'deny', code: 'requirement_not_met', message, rule: read.limit.pointer } };
  }
  const never = read.charges.find((charge) => charge.amountMicros > charge.maxMicros || charge.maxMicros === 0);
  return never ? { charges: [], refusal: neverPasses(never) } : { charges: read.charges, refusal: null };
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
