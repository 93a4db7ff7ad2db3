'use client';
import { useMemo } from 'react';
import { Button } from '@/components/ui/button';
import type { BuilderTool } from './builder-tool.ts';
import { type Note, notesByRule } from './notes.ts';
import { RowSlot } from './row-slot.tsx';
import type { Edit } from './rule-form/edit.ts';
import { RuleRow } from './rule-row.tsx';
import type { RowGroup, ToolRow } from './tool-rows.ts';

interface Props {
  groups: readonly (readonly [RowGroup, ToolRow[]])[];
  tools: readonly BuilderTool[];
  notes: Note[];
  disabled: boolean;
  selected: ReadonlySet<string>;
  /** Names of which the draft says something else. */
  changes: ReadonlySet<string>;
  /** Whether a rule has this name. */
  taken(name: string): boolean;
  onSelect(name: string, selected: boolean): void;
  onSelectAll(rows: readonly ToolRow[], selected: boolean): void;
  onEdit: Edit;
  onShow(pointer: string): void;
}

const GROUP_NAMES: Record<RowGroup, string> = {
  Critical: 'Critical risk',
  High: 'High risk',
  Medium: 'Medium risk',
  Low: 'Low risk',
  Patterns: 'Patterns',
  Elsewhere: 'Not on these servers',
};
const NO_NOTES: Note[] = [];
/** More rows than this get their controls when they come near. */
const MANY = 60;
const FIRST = 10;

/** Without a server nothing can be missing from it. */
const groupName = (group: RowGroup, tools: readonly BuilderTool[]): string =>
  group === 'Elsewhere' && tools.length === 0 ? 'Rules' : GROUP_NAMES[group];

/** A row for each tool and pattern, by risk. */
export function RuleTable({ groups, tools, notes, disabled, selected, changes, taken, onSelect, onSelectAll, onEdit, onShow }: Props) {
  const byRule = useMemo(() => notesByRule(notes), [notes]);
  const found = groups.reduce((sum, [, rows]) => sum + rows.length, 0);
  return groups.map(([group, rows]) => {
    if (rows.length === 0) return null;
    const all = rows.every(({ name }) => selected.has(name));
    return (
      <section key={group} aria-label={groupName(group, tools)} className="panel overflow-hidden">
        <header className="flex items-center justify-between gap-3 border-line border-b bg-sunken py-0.5 pr-1 pl-3 text-muted text-xs">
          <h2 className="font-medium">
            {groupName(group, tools)} <span className="font-normal">{rows.length}</span>
          </h2>
          <Button
            size="sm"
            variant="quiet"
            disabled={disabled}
            aria-label={`${all ? 'Select none' : 'Select all'} of ${groupName(group, tools)}`}
            onClick={() => onSelectAll(rows, !all)}
          >
            {all ? 'Select none' : 'Select all'}
          </Button>
        </header>
        <ul>
          {rows.map((row, index) => (
            <RowSlot key={row.name} row={row} atOnce={found <= MANY || index < FIRST} className="min-h-22 border-line border-b px-3 py-2.5">
              <RuleRow
                row={row}
                tools={tools}
                warnings={(row.rule && byRule.get(row.rule.pointer)) ?? NO_NOTES}
                disabled={disabled}
                many={found > MANY}
                selected={selected.has(row.name)}
                changed={changes.has(row.name)}
                taken={taken}
                onSelect={onSelect}
                onEdit={onEdit}
                onShow={onShow}
              />
            </RowSlot>
          ))}
        </ul>
      </section>
    );
  });
}
