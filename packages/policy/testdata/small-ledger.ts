/** A ledger in memory, of one organization: how many calls of a history pass before one is refused. Written from the language's text. */
import type { PolicyCall } from '../src/call.ts';
import type { CompiledPolicy } from '../src/compile.ts';
import { decide } from '../src/decide.ts';

/** One call of a history. `at` and `until` (when it ends) in milliseconds. */
export interface Moment {
  call: PolicyCall;
  grant: number;
  server: number;
  at: number;
  until: number;
  /** The tool answers with an error, at once. */
  fails: boolean;
  /** The ledger cannot be reached. */
  dark: boolean;
}

export function passing(policy: CompiledPolicy | null, history: readonly Moment[]): number {
  const taken: { key: string; at: number; micros: number }[] = [];
  const held: { key: string; until: number }[] = [];
  for (const [index, { call, grant, server, at, until, fails, dark }] of history.entries()) {
    const { effect, charges, leases } = decide(policy, call);
    if (effect !== 'allow') return index;
    const owner = (scope: string) => ({ grant: `g${grant}`, server: `s${server}` })[scope] ?? 'o';
    if (dark) {
      if (leases.length > 0 || charges.some(({ onUnavailable }) => onUnavailable === 'deny')) return index;
      continue;
    }
    for (const { scope, counter, windowMs, amountMicros, maxMicros } of charges) {
      const key = `${scope} ${owner(scope)} ${counter}`;
      const used = taken.reduce((sum, each) => sum + (each.key === key && each.at > at - windowMs ? each.micros : 0), 0);
      if (used + amountMicros > maxMicros) return index;
    }
    for (const { scope, key, max } of leases) {
      const id = `${scope} ${owner(scope)} ${key}`;
      if (held.filter((each) => each.key === id && each.until > at).length >= max) return index;
    }
    for (const { scope, counter, amountMicros, refundOn } of charges)
      if (!(fails && refundOn.includes('tool_error'))) taken.push({ key: `${scope} ${owner(scope)} ${counter}`, at, micros: amountMicros });
    for (const { scope, key } of leases) held.push({ key: `${scope} ${owner(scope)} ${key}`, until });
  }
  return history.length;
}
