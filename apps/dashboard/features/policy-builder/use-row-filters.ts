'use client';
import { useCallback, useMemo } from 'react';
import { useQueryState } from '@/components/use-query-state';
import { ACTIONS, RISKS, type RowFilters, readChoices, readUnusedDays } from './filter-rows.ts';

/** The filters of the table, kept in the address: `risk=High,Critical`, `rule=deny`, `changed=1`, `unused=30`. */
export function useRowFilters(): [RowFilters, (change: Partial<RowFilters>) => void] {
  const [risk, setRisk] = useQueryState('risk');
  const [rule, setRule] = useQueryState('rule');
  const [changed, setChanged] = useQueryState('changed');
  const [unused, setUnused] = useQueryState('unused');
  const filters = useMemo(
    () => ({
      risks: readChoices(risk, RISKS),
      actions: readChoices(rule, ACTIONS),
      changed: changed === '1',
      unusedDays: readUnusedDays(unused),
    }),
    [risk, rule, changed, unused],
  );
  const change = useCallback(
    (next: Partial<RowFilters>) => {
      if (next.risks) setRisk(next.risks.join() || null);
      if (next.actions) setRule(next.actions.join() || null);
      if (next.changed !== undefined) setChanged(next.changed ? '1' : null);
      if (next.unusedDays !== undefined) setUnused(next.unusedDays === null ? null : String(next.unusedDays));
    },
    [setRisk, setRule, setChanged, setUnused],
  );
  return [filters, change];
}
