import type { PolicyCall, PolicyTool } from './call.ts';
import type { CompiledPolicy } from './compile.ts';
import { decide } from './decide.ts';
import { exampleCalls } from './example-call.ts';
import { conditionsAsStrict, type Gate, gateOf, limitsAsStrict, Sharing } from './strictness.ts';

/** `maybe`: conditions changed, and no call was found that settles it. */
export type Difference = 'yes' | 'no' | 'maybe';

/** Two policies, and what is asked of them for many tools. */
export interface Compared {
  old: CompiledPolicy | null;
  now: CompiledPolicy;
  /** A tool of every kind that the two tell apart. */
  names: readonly string[];
  /** Tools that are let through may take from a counter; only those of which a call was found surely do. */
  may: Sharing;
  surely: Sharing;
}

export function compared(
  old: CompiledPolicy | null,
  now: CompiledPolicy,
  names: readonly string[],
  known: ReadonlyMap<string, PolicyTool>,
): Compared {
  const taking = new Map<string, boolean>();
  const takes = (name: string): boolean => {
    const found =
      taking.get(name) ?? find(old, now, name, known.get(name) ?? null, [gateOf(now, name, names), gateOf(old, name, names)]).both !== null;
    taking.set(name, found);
    return found;
  };
  return {
    old,
    now,
    names,
    may: new Sharing((gate, name) => gate.admits(name), false),
    surely: new Sharing((_, name) => takes(name), true),
  };
}

export interface ToolComparison {
  wasOpen: boolean;
  isOpen: boolean;
  widens: Difference;
  narrows: Difference;
  /** A call that is newly allowed. */
  example: PolicyCall | null;
  /** A call that passed and passes: where only limits let more through, this is what they let through. */
  common: PolicyCall | null;
}

/** What two policies make of one tool. "No" is proved from the rules, "yes" from a call that the one allows and the other does not. */
export function compareTool(pair: Compared, name: string, known: PolicyTool | null): ToolComparison {
  const { old, now, names } = pair;
  const [before, after] = [gateOf(old, name, names), gateOf(now, name, names)];
  const widens = gains(before, after, pair);
  const narrows = gains(after, before, pair);
  const found =
    widens !== 'no' || narrows !== 'no' ? find(old, now, name, known, [after, before]) : { gained: null, lost: null, both: null };
  const settle = (gain: Gain, example: PolicyCall | null, [from, to]: [CompiledPolicy | null, CompiledPolicy | null]): Difference => {
    if (gain === 'no') return 'no';
    if (example !== null) return 'yes';
    if (gain === 'perhaps' || found.both === null) return 'maybe';
    // What conditions leave of an amount may be so little that another limit holds anyway.
    const amountsAreBound = [before, after].some(addsAmounts) && [before, after].some(hasConditions);
    return !amountsAreBound || mostAtOnce(to, found.both) > mostAtOnce(from, found.both) ? 'yes' : 'maybe';
  };
  return {
    wasOpen: before !== null,
    isOpen: after !== null,
    widens: settle(widens, found.gained, [old, now]),
    narrows: settle(narrows, found.lost, [now, old]),
    example: found.gained,
    common: found.both,
  };
}

/** `limits` alone let more through for sure; of conditions, and of counters shared with tools that perhaps take nothing, a call must show it. */
type Gain = 'no' | 'limits' | 'perhaps';

/** How `to` can let through more than `from`. */
function gains(from: Gate | null, to: Gate | null, { may, surely }: Compared): Gain {
  if (to === null) return 'no';
  if (from === null) return 'perhaps';
  if (!limitsAsStrict(to, from, may)) return limitsAsStrict(to, from, surely) ? 'perhaps' : 'limits';
  return conditionsAsStrict(to, from) ? 'no' : 'perhaps';
}

const addsAmounts = (gate: Gate | null): boolean => gate?.counters.some(({ adds }) => [...adds].some((path) => path !== '')) ?? false;
const hasConditions = (gate: Gate | null): boolean =>
  gate !== null && [gate.require, gate.denyIf, gate.approveIf].some((entries) => entries.length > 0);

/** How often a call that is let through passes when it is made again and again, one after the other, at one moment. */
const mostAtOnce = (policy: CompiledPolicy | null, call: PolicyCall): number =>
  Math.min(...decide(policy, call).charges.map(({ maxMicros, amountMicros }) => Math.floor(maxMicros / amountMicros)));

interface Found {
  gained: PolicyCall | null;
  lost: PolicyCall | null;
  both: PolicyCall | null;
}

/** Calls of a tool that both let through, only the second, only the first. */
function find(
  old: CompiledPolicy | null,
  now: CompiledPolicy,
  name: string,
  known: PolicyTool | null,
  gates: readonly (Gate | null)[],
): Found {
  const found: Found = { gained: null, lost: null, both: null };
  const calls = exampleCalls(
    name,
    known,
    gates.filter((gate) => gate !== null),
  );
  for (const call of calls) {
    const passed = decide(old, call).effect === 'allow';
    const passes = decide(now, call).effect === 'allow';
    if (passed && passes) found.both ??= call;
    else if (passes) found.gained ??= call;
    else if (passed) found.lost ??= call;
    if (found.gained && found.lost && found.both) break;
  }
  return found;
}
