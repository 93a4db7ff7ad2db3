'use client';
import { DECISIONS } from '@toolgate/audit/event';
import type { AuditFilter } from '@toolgate/audit/filter';
import { Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { decisionLook } from '@/components/ui/decision-mark';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Spinner } from '@/components/ui/spinner';
import { filterSize, toggled, withText } from './audit-href.ts';
import { FilterMenu } from './filter-menu.tsx';

/** Values that occur, to choose from. */
export interface FilterOptions {
  tools: string[];
  grants: { id: string; label: string }[];
  servers: { id: string; name: string }[];
}

const AGES = [
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
] as const;

interface Props {
  filter: AuditFilter;
  options: FilterOptions;
  /** The page shows changes only: what only calls have is left out. */
  changesOnly: boolean;
  /** The list for this filter is still loading. */
  pending: boolean;
  onChange(filter: AuditFilter): void;
}

/** Everything that narrows the list; each choice is in the URL at once. */
export function AuditFilters({ filter, options, changesOnly, pending, onChange }: Props) {
  const custom = filter.since !== undefined && !AGES.some(([age]) => age === filter.since);
  return (
    <search className="flex flex-wrap items-center gap-2">
      <TextFilter value={filter.text ?? ''} onChange={(text) => onChange(withText(filter, 'text', text))} />
      {!changesOnly && (
        <>
          <FilterMenu
            label="Decision"
            options={DECISIONS.map((value) => ({ value, label: decisionLook(value).word }))}
            chosen={filter.decision ?? []}
            onToggle={(value) => onChange(toggled(filter, 'decision', value))}
          />
          <FilterMenu
            label="Tool"
            options={options.tools.map((value) => ({ value }))}
            chosen={filter.tool ?? []}
            onToggle={(value) => onChange(toggled(filter, 'tool', value))}
          />
          <FilterMenu
            label="Server"
            options={options.servers.map(({ id, name }) => ({ value: id, label: name }))}
            chosen={filter.server ?? []}
            onToggle={(value) => onChange(toggled(filter, 'server', value))}
          />
          <FilterMenu
            label="Grant"
            options={options.grants.map(({ id, label }) => ({ value: id, label }))}
            chosen={filter.grant ?? []}
            onToggle={(value) => onChange(toggled(filter, 'grant', value))}
          />
          <Select
            aria-label="Kind"
            value={filter.kind ?? ''}
            onChange={(event) => onChange(withText(filter, 'kind', event.target.value))}
            className="max-w-32 max-sm:max-w-[calc(50%-0.25rem)]"
          >
            <option value="">All events</option>
            <option value="call">Calls only</option>
            <option value="change">Changes only</option>
          </Select>
        </>
      )}
      <Select
        aria-label="Time range"
        value={filter.since ?? ''}
        onChange={(event) => onChange(withText(withText(filter, 'until', ''), 'since', event.target.value))}
        className="max-w-40 max-sm:max-w-[calc(50%-0.25rem)]"
      >
        <option value="">Any time</option>
        {AGES.map(([age, label]) => (
          <option key={age} value={age}>
            {label}
          </option>
        ))}
        {custom && <option value={filter.since}>{rangeText(filter)}</option>}
      </Select>
      {filterSize(filter) > (changesOnly ? 1 : 0) && (
        <IconButton label="Clear filters" onClick={() => onChange(changesOnly ? { kind: 'change' } : {})}>
          <X />
        </IconButton>
      )}
      {pending && <Spinner />}
    </search>
  );
}

const rangeText = ({ since, until }: AuditFilter): string => {
  const short = (text: string) => text.replace('T', ' ').replace(/:\d{2}(\.\d+)?Z$/, ' UTC');
  return until ? `${short(since ?? '')} to ${short(until)}` : `Since ${short(since ?? '')}`;
};

const TYPING_MS = 300;

function TextFilter({ value, onChange }: { value: string; onChange(value: string): void }) {
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => change.current(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <span className="relative min-w-0 flex-1 basis-44 sm:max-w-56">
      <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint" />
      <Input
        ref={input}
        type="search"
        data-search
        aria-label="Search events"
        placeholder="Search events"
        maxLength={256}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="pl-8"
      />
    </span>
  );
}
