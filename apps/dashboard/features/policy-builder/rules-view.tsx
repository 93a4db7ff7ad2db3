'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { LimitsMark } from '@/components/limits/limits-provider';
import { useQueryState } from '@/components/use-query-state';
import { AddRule } from './add-rule.tsx';
import type { BuilderTool } from './builder-tool.ts';
import { BulkBar } from './bulk-bar.tsx';
import { DefaultChoice } from './default-choice.tsx';
import { DocumentForm } from './document-form.tsx';
import { emptyWords } from './empty-words.ts';
import type { Note } from './notes.ts';
import { RuleBoard } from './rule-board.tsx';
import { chooseRules } from './rule-edit.ts';
import { ActiveFilters, RuleFilter } from './rule-filter.tsx';
import type { Edit } from './rule-form/edit.ts';
import { RuleTable } from './rule-table.tsx';
import { type RulesAs, RulesToolbar } from './rules-toolbar.tsx';
import type { ToolRow } from './tool-rows.ts';
import { useNeverFired } from './use-never-fired.ts';
import { useRowFilters } from './use-row-filters.ts';
import { useRuleRows } from './use-rule-rows.ts';
import { useSearch } from './use-search.ts';

interface Props {
  organization: string;
  policyId: string;
  document: PolicyDocument;
  /** The text that the draft began from. */
  base: string;
  tools: BuilderTool[];
  /** Which server's tools are shown. */
  serverChoice: ReactNode;
  notes: Note[];
  disabled: boolean;
  /** Whose rule somebody came for: it opens. Null: nobody did. */
  opened: string | null;
  onEdit: Edit;
  onShow(pointer: string): void;
}

/** The rules of the draft as a table or a board, with what holds for all of them above. */
export function RulesView({ organization, policyId, document, base, tools, serverChoice, ...rest }: Props) {
  const { notes, disabled, opened, onEdit, onShow } = rest;
  const [query, setQuery] = useSearch();
  const [view, setView] = useQueryState('view');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [filters, setFilters] = useRowFilters();
  const never = useNeverFired(organization, policyId, filters.unusedDays, document);
  const { groups, found, shown, changes } = useRuleRows({ document, base, tools, query, filters, unused: never.names });
  // Through a reference, so that an edit does not draw every row again.
  const names = useRef(document.tools);
  names.current = document.tools;
  const taken = useCallback((name: string) => names.current.has(name), []);
  const select = useCallback((name: string, on: boolean) => setSelected((before) => changed(before, [name], on)), []);
  const selectAll = useCallback(
    (some: readonly ToolRow[], on: boolean) =>
      setSelected((before) =>
        changed(
          before,
          some.map(({ name }) => name),
          on,
        ),
      ),
    [],
  );
  const showAs = useCallback((next: RulesAs) => setView(next === 'table' ? null : next), [setView]);
  const chosen = found.filter(({ name }) => selected.has(name));
  const rows = { groups, shown, tools, disabled, opened, onEdit };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <RulesToolbar
        query={query}
        onQuery={setQuery}
        filter={<RuleFilter filters={filters} changes={changes.size} onChange={setFilters} />}
        mark={<LimitsMark />}
        view={view === 'board' ? 'board' : 'table'}
        onView={showAs}
      />
      <ActiveFilters filters={filters} onChange={setFilters} />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <DefaultChoice value={document.default} disabled={disabled} onEdit={onEdit} />
        {serverChoice}
      </div>
      <DocumentForm document={document} tools={tools} notes={notes} disabled={disabled} onEdit={onEdit} onShow={onShow} />
      {view === 'board' ? (
        <RuleBoard {...rows} fallback={document.default} />
      ) : (
        <RuleTable
          {...rows}
          notes={notes}
          selected={selected}
          changes={changes}
          taken={taken}
          onSelect={select}
          onSelectAll={selectAll}
          onShow={onShow}
        />
      )}
      <p role="status" className={found.length === 0 ? 'panel px-3 py-6 text-center text-muted text-sm' : 'sr-only'}>
        {found.length === 0 && emptyWords(query, filters, never.state)}
      </p>
      <AddRule document={document} disabled={disabled} onEdit={onEdit} />
      {view !== 'board' && chosen.length > 0 && (
        <BulkBar
          count={chosen.length}
          disabled={disabled}
          onChoose={(choice) => onEdit((source) => chooseRules(source, chosen, choice))}
          onClear={() => setSelected(new Set())}
        />
      )}
    </div>
  );
}

function changed(before: ReadonlySet<string>, names: readonly string[], on: boolean): ReadonlySet<string> {
  const after = new Set(before);
  for (const name of names) {
    if (on) after.add(name);
    else after.delete(name);
  }
  return after;
}
