'use client';
import type { LimitsInUse, LimitUse } from '@toolgate/services/limit/read-use';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { LiveDot, type LiveState } from '@/components/ui/live-dot';
import { useLimits } from './use-limits.ts';
import { limitId } from './used-words.ts';

interface Known {
  /** By `limitId`. */
  limits: ReadonlyMap<string, LimitUse>;
  /** They could be read; null: they were not yet. */
  known: boolean | null;
  /** Since they were read. */
  ageMs: number;
  /** Where the numbers come from and whether they are live; null: there are none. */
  words: { state: LiveState; text: string } | null;
}
const Context = createContext<Known>({ limits: new Map(), known: null, ageMs: 0, words: null });

/** Keeps the limits of a policy in use at hand for everything below. */
export function LimitsProvider({ org, policyId, children }: { org: string; policyId: string; children: ReactNode }) {
  const { use, asked, ageMs, state } = useLimits<LimitsInUse>(org, `policy=${policyId}`);
  const limits = useMemo(() => new Map(use?.limits.map((limit) => [limitId(limit), limit])), [use]);
  const known = useMemo(() => {
    const words = use?.limits.some(({ owners }) => owners.length > 0) ? { state, text: markWords(state, use.source) } : null;
    return { limits, known: use !== null || (asked ? false : null), ageMs, words };
  }, [limits, ageMs, use, asked, state]);
  return <Context value={known}>{children}</Context>;
}

/** Says once what all numbers below are. */
export function LimitsMark() {
  const { words } = useContext(Context);
  return words && <LiveDot state={words.state} word={words.text} />;
}

export const markWords = (state: LiveState, source: LimitsInUse['source']): string =>
  `limits ${state}${source === 'recorded' ? ', from recorded calls' : ''}`;

/** Everything that is known of the limits of the policy in use. */
export const useLimitsInUse = (): Known => useContext(Context);

/** What is known of the counter that a limit of the draft uses; null: nothing. */
export function useLimitInUse(limit: Parameters<typeof limitId>[0]): { use: LimitUse | null; ageMs: number } {
  const { limits, ageMs } = useContext(Context);
  return { use: limits.get(limitId(limit)) ?? null, ageMs };
}
