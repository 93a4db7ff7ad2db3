import type { PolicyConcurrency, PolicyLimit, PolicyRule } from './document.ts';
import { explainConcurrency, explainLimit } from './explain-limit.ts';
import { mostIn } from './strictness.ts';

/** What happened to one limit of an entry that both documents have. */
export interface LimitChange {
  /** The entry: a tool's name, a glob or "all tools". */
  tool: string;
  /** Null: a limit of calls in flight. */
  counter: string | null;
  change: 'added' | 'removed' | 'raised' | 'lowered' | 'changed';
  /** In words; null where there is none. */
  before: string | null;
  after: string | null;
}

interface Worded {
  counter: string | null;
  words: string;
  /** Whether this lets something through that the other does not. */
  allowsMoreThan(other: Worded): boolean;
  limit: PolicyLimit | PolicyConcurrency;
}

/** Compares the limits of an entry by counter, scope and what they add up. */
export function diffLimits(tool: string, before: PolicyRule, after: PolicyRule): LimitChange[] {
  const olds = worded(before);
  const news = worded(after);
  return [...new Set([...olds.keys(), ...news.keys()])].flatMap((key) => {
    const change = compare(olds.get(key) ?? null, news.get(key) ?? null);
    const counter = (olds.get(key) ?? news.get(key)!).counter;
    return change === null ? [] : [{ tool, counter, change, before: olds.get(key)?.words ?? null, after: news.get(key)?.words ?? null }];
  });
}

function compare(old: Worded | null, now: Worded | null): LimitChange['change'] | null {
  if (old === null) return 'added';
  if (now === null) return 'removed';
  if (old.words === now.words) return null;
  const more = now.allowsMoreThan(old);
  if (more === old.allowsMoreThan(now)) return 'changed';
  return more ? 'raised' : 'lowered';
}

function worded(rule: PolicyRule): Map<string, Worded> {
  const made = new Map<string, Worded>();
  for (const limit of rule.limits) made.set(`${limit.scope}:${limit.counter}:${limit.by ?? ''}`, wordedLimit(limit));
  for (const limit of rule.concurrency) {
    const allowsMoreThan = (other: Worded) => 'concurrency' in other.limit && limit.concurrency > other.limit.concurrency;
    made.set(`in flight:${limit.scope}`, { counter: null, words: explainConcurrency(limit), limit, allowsMoreThan });
  }
  return made;
}

function wordedLimit(limit: PolicyLimit): Worded {
  const refund = limit.refundOn.length > 0 ? ', given back when the tool fails' : '';
  const open = limit.onUnavailable === 'allow' ? ', passing when it cannot be counted' : '';
  return {
    counter: limit.counter,
    words: `${explainLimit(limit)}${refund}${open}`,
    limit,
    allowsMoreThan: ({ limit: other }) =>
      !('concurrency' in other) && mostIn(limit.windowMs, limit.maxMicros, other.windowMs) > other.maxMicros,
  };
}
