/**
 * Decides recorded calls again with another document. The log holds few argument values, so the answer has three values: what is decided
 * here is the same whatever the others were; the rest says that it is not decidable.
 */
import type { CompiledPolicy } from './compile.ts';
import { decideMethod } from './decide.ts';
import type { DecisionCode } from './decision.ts';
import type { RecordedCall } from './recorded-call.ts';
import { ReplayCounters } from './replay-counters.ts';
import { type Ending, possibleEndings } from './replay-endings.ts';

export type { RecordedCall };

/** What a call meets: it passes, waits for a person, or is refused (denied, or limited). */
export type ReplayClass = 'passes' | 'asks' | 'refused';

export interface Replayed {
  change: 'unchanged' | 'newly_denied' | 'newly_allowed' | 'newly_pending' | 'not_decidable';
  /** What the document makes of it; null: not decidable. */
  now: ReplayClass | null;
  /** Null: several lines may be what decides, or the policy is not what decides. */
  code: DecisionCode | null;
  /** RFC 6901 pointer into the document; of what is not decidable, the first place that depends on what is not known. */
  rule: string | null;
}

/**
 * A replay of calls, to be given in the order of their `at`. Counters begin empty with the first call. A call that newly passes is
 * charged, and taken not to be given back; one that waits for a person is not charged.
 */
export function createReplay(policy: CompiledPolicy): (call: RecordedCall) => Replayed {
  const counters = new ReplayCounters();
  return (call) => {
    // Paused, or its tool in quarantine: whatever a document says, it was refused before anybody looked.
    if (call.beforePolicy) return { change: 'unchanged', now: 'refused', code: null, rule: null };
    const endings = call.tool === null ? methodEndings(policy, call.method) : possibleEndings(policy.tool(call.tool.name), call, counters);
    return replayed(call, endings);
  };
}

function methodEndings(policy: CompiledPolicy, method: string): Ending[] {
  return decideMethod(policy, method) === 'allow'
    ? [{ now: 'passes', code: 'allowed', rule: null }]
    : [{ now: 'refused', code: 'denied', rule: null }];
}

function replayed(call: RecordedCall, endings: Ending[]): Replayed {
  const [first] = endings;
  if (!first) throw new Error('A call that has no ending');
  if (endings.some(({ now }) => now !== first.now)) {
    // The last is what certainly happens if nothing before it does.
    return { change: 'not_decidable', now: null, code: null, rule: endings.find(({ rule }) => rule !== null)?.rule ?? null };
  }
  const only = endings.length === 1;
  return { change: changeOf(call.was, first.now), now: first.now, code: only ? first.code : null, rule: only ? first.rule : null };
}

function changeOf(was: ReplayClass, now: ReplayClass): Replayed['change'] {
  if (was === now) return 'unchanged';
  return now === 'passes' ? 'newly_allowed' : now === 'asks' ? 'newly_pending' : 'newly_denied';
}
