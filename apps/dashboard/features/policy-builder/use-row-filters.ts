'use client';
import { useCallback, useMemo } from 'react';
import { useQueryState } from '@/components/use-query-state';
import { ACTIONS, RISKS, type RowFilters, readChoices } from './filter-rows.ts';

/** The filters of the table, kept in the address: `risk=High,Critical`, `rule=deny`, `changed=1`. */
export function useRowFilters(): [RowFilters, (change: Partial<RowFilters>) => void] {
  const [risk, setRisk] = useQueryState('risk');
  const [rule, setRule] = useQueryState('rule');
  const [changed, setChanged] = useQueryState('changed');
  const filters = useMemo(
    () => ({ risks: readChoices(risk, RISKS), actions: readChoices(rule, ACTIONS), changed: changed === '1' }),
    [risk, rule, changed],
  );
  const change = useCallback(
    (next: Partial<RowFilters>) => {
      if (next.risks) setRisk(next.risks.join() || null);
      if (next.actions) setRule(next.actions.join() || null);
      if (next.changed !== undefined) setChanged(next.changed ? '1' : null);
    },
    [setRisk, setRule, setChanged],
  );
  return [filters, change];
}
