'use client';
import type { Risk } from '@toolgate/catalogue/category';
import { ListFilter, X } from 'lucide-react';
import { memo } from 'react';
import { Button } from '@/components/ui/button';
import { Menu, MenuLabel, MenuSeparator } from '@/components/ui/menu';
import { MenuCheck } from '@/components/ui/menu-check';
import { ACTIONS, type FilteredAction, NO_FILTERS, RISKS, type RowFilters, UNUSED_DAYS } from './filter-rows.ts';
import { CHOICE_LOOKS } from './rule-control.tsx';

interface Props {
  filters: RowFilters;
  /** So many rows the draft changes. */
  changes: number;
  onChange(change: Partial<RowFilters>): void;
}

const wordOf = (action: FilteredAction): string => (action === 'default' ? 'No rule' : CHOICE_LOOKS[action].word);
const toggled = <T,>(before: readonly T[], one: T, on: boolean): T[] => (on ? [...before, one] : before.filter((other) => other !== one));

/** Which rows are shown: by risk, by what is done, those that the draft changes, or those that no call met. */
export const RuleFilter = memo(function RuleFilter({ filters, changes, onChange }: Props) {
  const { risks, actions, changed, unusedDays } = filters;
  return (
    <Menu
      align="start"
      trigger={
        <Button size="sm" variant="quiet">
          <ListFilter aria-hidden="true" /> Filter
        </Button>
      }
    >
      <MenuCheck checked={changed} onChange={(on) => onChange({ changed: on })}>
        Changed in this draft <span className="text-muted">{changes}</span>
      </MenuCheck>
      <MenuSeparator />
      <MenuLabel>Never fired in the last</MenuLabel>
      {UNUSED_DAYS.map((days) => (
        <MenuCheck key={days} checked={unusedDays === days} onChange={(on) => onChange({ unusedDays: on ? days : null })}>
          {days} days
        </MenuCheck>
      ))}
      <MenuSeparator />
      <MenuLabel>Risk</MenuLabel>
      {RISKS.map((risk) => (
        <MenuCheck key={risk} checked={risks.includes(risk)} onChange={(on) => onChange({ risks: toggled(risks, risk, on) })}>
          {risk}
        </MenuCheck>
      ))}
      <MenuSeparator />
      <MenuLabel>What is done</MenuLabel>
      {ACTIONS.map((action) => (
        <MenuCheck key={action} checked={actions.includes(action)} onChange={(on) => onChange({ actions: toggled(actions, action, on) })}>
          {wordOf(action)}
        </MenuCheck>
      ))}
    </Menu>
  );
});

/** What is filtered by, each to be taken back. Nothing where nothing is. */
export function ActiveFilters({ filters, onChange }: Omit<Props, 'changes'>) {
  const { risks, actions, changed, unusedDays } = filters;
  const active: { word: string; without: Partial<RowFilters> }[] = [
    ...(changed ? [{ word: 'changed in this draft', without: { changed: false } }] : []),
    ...(unusedDays === null ? [] : [{ word: `never fired in ${unusedDays} days`, without: { unusedDays: null } }]),
    ...risks.map((risk: Risk) => ({ word: `${risk} risk`, without: { risks: toggled(risks, risk, false) } })),
    ...actions.map((action) => ({ word: wordOf(action), without: { actions: toggled(actions, action, false) } })),
  ];
  if (active.length === 0) return null;
  return (
    <ul aria-label="Filters" className="flex flex-wrap items-center gap-1.5">
      {active.map(({ word, without }) => (
        <li key={word}>
          <button
            type="button"
            aria-label={`Do not filter by ${word}`}
            onClick={() => onChange(without)}
            className="inline-flex h-6 items-center gap-1 rounded-control bg-accent-tint px-2 text-xs hover:bg-hover coarse:h-9"
          >
            {word}
            <X aria-hidden="true" className="size-3" />
          </button>
        </li>
      ))}
      <li>
        <Button size="sm" variant="quiet" onClick={() => onChange(NO_FILTERS)}>
          Show all
        </Button>
      </li>
    </ul>
  );
}
