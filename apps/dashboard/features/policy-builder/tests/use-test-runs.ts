'use client';
import type { PolicyTestRun } from '@toolgate/policy/policy-test';
import { useEffect } from 'react';
import type { KeptTest } from '../replay/life.worker.ts';
import { useLifeWorker } from '../replay/use-life-worker.ts';

/** While somebody types, the last run stays. */
const PAUSE_MS = 250;

/** What the tests say of a text, by test id; null: not known yet. */
export function useTestRuns(source: string, tests: readonly KeptTest[]): Record<string, PolicyTestRun> | null {
  const { state, ask } = useLifeWorker<'tests'>();
  useEffect(() => {
    if (tests.length === 0) return;
    const timer = setTimeout(() => ask({ kind: 'tests', source, tests: [...tests] }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [source, tests, ask]);
  return state.kind === 'done' ? state.done.runs : null;
}

/** Of these tests, those that fail. */
export const failingOf = (tests: readonly KeptTest[], runs: Record<string, PolicyTestRun> | null): KeptTest[] =>
  tests.filter(({ id }) => runs?.[id]?.passes === false);
