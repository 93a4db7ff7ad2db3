import type { PolicyCall, PolicyTool } from './call.ts';
import type { CompiledPolicy } from './compile.ts';
import { decide } from './decide.ts';
import { exampleCalls } from './example-call.ts';
import { conditionsAsStrict, type Gate, gateOf, limitsAsStrict } from './strictness.ts';

/** `maybe`: conditions changed, and no call was found that settles it. */
export type Difference = 'yes' | 'no' | 'maybe';

export interface ToolComparison {
  wasOpen: boolean;
  isOpen: boolean;
  widens: Difference;
  narrows: Difference;
  example: PolicyCall | null;
}

/** What two policies make of one tool. "No" is proved from the rules, "yes" from a call that the one allows and the other does not. */
export function compareTool(old: CompiledPolicy | null, now: CompiledPolicy, name: string, known: PolicyTool | null): ToolComparison {
  const [before, after] = [gateOf(old, name), gateOf(now, name)];
  const widens = gains(before, after);
  const narrows = gains(after, before);
  const found: Found = { gained: null, lost: null, both: null };
  if (widens !== 'no' || narrows !== 'no')
    lookAt(
      found,
      old,
      now,
      exampleCalls(
        name,
        known,
        [after, before].filter((gate) => gate !== null),
      ),
    );
  const settle = (gain: Gain, example: PolicyCall | null): Difference => {
    if (gain === 'no') return 'no';
    return example !== null || (gain === 'limits' && found.both !== null) ? 'yes' : 'maybe';
  };
  return {
    wasOpen: before !== null,
    isOpen: after !== null,
    widens: settle(widens, found.gained),
    narrows: settle(narrows, found.lost),
    example: found.gained,
  };
}

type Gain = 'no' | 'limits' | 'conditions';

/** How `to` can let through more than `from`. */
function gains(from: Gate | null, to: Gate | null): Gain {
  if (to === null) return 'no';
  if (from === null) return 'conditions';
  if (!limitsAsStrict(to, from)) return 'limits';
  return conditionsAsStrict(to, from) ? 'no' : 'conditions';
}

interface Found {
  gained: PolicyCall | null;
  lost: PolicyCall | null;
  both: PolicyCall | null;
}

function lookAt(found: Found, old: CompiledPolicy | null, now: CompiledPolicy, calls: Iterable<PolicyCall>): void {
  for (const call of calls) {
    const passed = decide(old, call).effect === 'allow';
    const passes = decide(now, call).effect === 'allow';
    if (passed && passes) found.both ??= call;
    else if (passes) found.gained ??= call;
    else if (passed) found.lost ??= call;
    if (found.gained && found.lost && found.both) return;
  }
}
