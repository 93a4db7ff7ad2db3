'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { editPolicy } from '@toolgate/policy/edit';
import { Search } from 'lucide-react';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { Input } from '@/components/ui/input';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { useQueryState } from '@/components/use-query-state';
import { AddRule } from './add-rule.tsx';
import type { BuilderTool } from './builder-tool.ts';
import { BulkBar } from './bulk-bar.tsx';
import { DocumentForm } from './document-form.tsx';
import type { Note } from './notes.ts';
import { RuleBoard } from './rule-board.tsx';
import { chooseRules } from './rule-edit.ts';
import type { Edit } from './rule-form/edit.ts';
import { RuleTable } from './rule-table.tsx';
import { searchRows, type ToolRow, toolRows } from './tool-rows.ts';

interface Props {
  document: PolicyDocument;
  tools: BuilderTool[];
  notes: Note[];
  disabled: boolean;
  onEdit: Edit;
  onShow(pointer: string): void;
}

type View = 'table' | 'board';
const VIEWS: readonly { value: View; label: string }[] = [
  { value: 'table', label: 'Table' },
  { value: 'board', label: 'Board' },
];

/** The rules of the draft as a table or a board, with what holds for all of them above. */
export function RulesView({ document, tools, notes, disabled, onEdit, onShow }: Props) {
  const [asked, setAsked] = useQueryState('q');
  // The address follows what is typed; it must not hold it up.
  const [query, setQuery] = useState(asked ?? '');
  const [view, setView] = useQueryState('view');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const wanted = useDeferredValue(query);
  const all = useMemo(() => toolRows(document, tools), [document, tools]);
  const groups = useMemo(() => [...all].map(([group, rows]) => [group, searchRows(rows, wanted)] as const), [all, wanted]);
  const rows = useMemo(() => groups.flatMap(([, found]) => found), [groups]);
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
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
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
        <div className="flex min-w-0 flex-1 items-center justify-end gap-2">
          <SegmentedControl<View>
            label="Rules as"
            size="sm"
            value={view === 'board' ? 'board' : 'table'}
            onChange={(next) => setView(next === 'table' ? null : next)}
            options={VIEWS}
          />
          <span className="relative min-w-0 flex-1 basis-36 sm:max-w-60">
            <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint" />
            <Input
              type="search"
              data-search
              aria-label="Search tools"
              placeholder="Search tools"
              value={query}
              onChange={(event) => {
                setQuery(event.target.value);
                setAsked(event.target.value);
              }}
              className="pl-8"
            />
          </span>
        </div>
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
          onSelect={select}
          onSelectAll={selectAll}
          onEdit={onEdit}
          onShow={onShow}
        />
      )}
      {rows.length === 0 && (
        <p className="panel px-3 py-6 text-center text-muted text-sm">
          {wanted ? `No tool matches “${wanted}”.` : 'No tools yet: choose a server above, or add a rule for a name.'}
        </p>
      )}
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
