'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { editPolicy } from '@toolgate/policy/edit';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { LimitsMark } from '@/components/limits/limits-provider';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { useQueryState } from '@/components/use-query-state';
import { AddRule } from './add-rule.tsx';
import type { BuilderTool } from './builder-tool.ts';
import { BulkBar } from './bulk-bar.tsx';
import { DocumentForm } from './document-form.tsx';
import type { Note } from './notes.ts';
import { RuleBoard } from './rule-board.tsx';
import { chooseRules } from './rule-edit.ts';
import { ActiveFilters, RuleFilter } from './rule-filter.tsx';
import type { Edit } from './rule-form/edit.ts';
import { RuleTable } from './rule-table.tsx';
import { RulesToolbar } from './rules-toolbar.tsx';
import type { ToolRow } from './tool-rows.ts';
import { useRowFilters } from './use-row-filters.ts';
import { useRuleRows } from './use-rule-rows.ts';

interface Props {
  document: PolicyDocument;
  /** The text that the draft began from. */
  base: string;
  tools: BuilderTool[];
  /** Which server's tools are shown. */
  serverChoice: ReactNode;
  notes: Note[];
  disabled: boolean;
  onEdit: Edit;
  onShow(pointer: string): void;
}

/** The rules of the draft as a table or a board, with what holds for all of them above. */
export function RulesView({ document, base, tools, serverChoice, notes, disabled, onEdit, onShow }: Props) {
  const [asked, setAsked] = useQueryState('q');
  // The address follows what is typed; it must not hold it up.
  const [query, setQuery] = useState(asked ?? '');
  const [view, setView] = useQueryState('view');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [filters, setFilters] = useRowFilters();
  const { groups, rows, changes } = useRuleRows({ document, base, tools, query, filters });
  const filtered = filters.changed || filters.risks.length + filters.actions.length > 0;
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
  const chosen = rows.filter(({ name }) => selected.has(name));
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <RulesToolbar
        query={query}
        onQuery={(next) => {
          setQuery(next);
          setAsked(next);
        }}
        filter={<RuleFilter filters={filters} changes={changes.size} onChange={setFilters} />}
        mark={<LimitsMark />}
        view={view === 'board' ? 'board' : 'table'}
        onView={(next) => setView(next === 'table' ? null : next)}
      />
      <ActiveFilters filters={filters} onChange={setFilters} />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex flex-wrap items-center gap-2 text-sm">
          Tools without a rule are
          <SegmentedControl
            label="Tools without a rule"
            size="sm"
            value={document.default}
            onChange={(value) => onEdit((source) => editPolicy(source, { kind: 'default', value }))}
            options={[
              { value: 'deny', label: 'Denied', disabled },
              { value: 'allow', label: 'Allowed', disabled },
            ]}
          />
        </div>
        {serverChoice}
      </div>
      <DocumentForm document={document} tools={tools} notes={notes} disabled={disabled} onEdit={onEdit} onShow={onShow} />
      {view === 'board' ? (
        <RuleBoard rows={rows} tools={tools} fallback={document.default} disabled={disabled} onEdit={onEdit} />
      ) : (
        <RuleTable
          groups={groups}
          tools={tools}
          notes={notes}
          disabled={disabled}
          selected={selected}
          changes={changes}
          taken={taken}
          onSelect={select}
          onSelectAll={selectAll}
          onEdit={onEdit}
          onShow={onShow}
        />
      )}
      {rows.length === 0 && <p className="panel px-3 py-6 text-center text-muted text-sm">{emptyWords(query, filtered)}</p>}
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

function emptyWords(query: string, filtered: boolean): string {
  if (query) return `No tool matches “${query}”${filtered ? ' and the filters' : ''}.`;
  return filtered ? 'No tool matches the filters.' : 'No tools yet: choose a server above, or add a rule for a name.';
}

function changed(before: ReadonlySet<string>, names: readonly string[], on: boolean): ReadonlySet<string> {
  const after = new Set(before);
  for (const name of names) {
    if (on) after.add(name);
    else after.delete(name);
  }
  return after;
}
