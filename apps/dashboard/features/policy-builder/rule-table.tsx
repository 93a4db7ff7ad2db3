'use client';
import { memo, useMemo, useRef } from 'react';
import { classNames } from '@/components/class-names';
import { Button } from '@/components/ui/button';
import type { BuilderTool } from './builder-tool.ts';
import { type Note, notesByRule } from './notes.ts';
import { RowWords } from './row-words.tsx';
import type { Edit } from './rule-form/edit.ts';
import { type RowProps, RuleRow } from './rule-row.tsx';
import { sameRow } from './same-row.ts';
import type { RowGroup, ToolRow } from './tool-rows.ts';
import { useNear } from './use-near.ts';

interface Props {
  /** All of them: those that are not shown stay, so that a search redraws nothing and closes no rule. */
  groups: ReadonlyMap<RowGroup, ToolRow[]>;
  shown: ReadonlySet<string>;
  tools: readonly BuilderTool[];
  notes: Note[];
  disabled: boolean;
  selected: ReadonlySet<string>;
  /** Names of which the draft says something else. */
  changes: ReadonlySet<string>;
  /** Whose rule is to be opened; null: none. */
  opened: string | null;
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
export const RuleTable = memo(function RuleTable({ groups, shown, tools, notes, selected, changes, opened, ...rest }: Props) {
  const { disabled, taken, onSelect, onSelectAll, onEdit, onShow } = rest;
  const byRule = useMemo(() => notesByRule(notes), [notes]);
  const many = useMemo(() => [...groups.values()].flat().length > MANY, [groups]);
  return [...groups].map(([group, rows]) => {
    const found = rows.filter(({ name }) => shown.has(name));
    const all = found.every(({ name }) => selected.has(name));
    return (
      <section key={group} aria-label={groupName(group, tools)} hidden={found.length === 0} className="panel overflow-hidden">
        <header className="flex items-center justify-between gap-3 border-line border-b bg-sunken py-0.5 pr-1 pl-3 text-muted text-xs">
          <h2 className="font-medium">
            {groupName(group, tools)} <span className="font-normal">{found.length}</span>
          </h2>
          <Button
            size="sm"
            variant="quiet"
            disabled={disabled}
            aria-label={`${all ? 'Select none' : 'Select all'} of ${groupName(group, tools)}`}
            onClick={() => onSelectAll(found, !all)}
          >
            {all ? 'Select none' : 'Select all'}
          </Button>
        </header>
        <ul>
          {rows.map((row, index) => (
            <TableRow
              key={row.name}
              row={row}
              shown={shown.has(row.name)}
              atOnce={!many || index < FIRST || opened === row.name}
              many={many}
              tools={tools}
              warnings={(row.rule && byRule.get(row.rule.pointer)) ?? NO_NOTES}
              disabled={disabled}
              selected={selected.has(row.name)}
              changed={changes.has(row.name)}
              opened={opened === row.name}
              taken={taken}
              onSelect={onSelect}
              onEdit={onEdit}
              onShow={onShow}
            />
          ))}
        </ul>
      </section>
    );
  });
});

interface TableRowProps extends RowProps {
  shown: boolean;
  /** Its controls are there at once, not only when it comes near. */
  atOnce: boolean;
  /** There are so many rows that those out of sight are not laid out. */
  many: boolean;
}

const TableRow = memo(
  function TableRow({ shown, atOnce, many, ...rule }: TableRowProps) {
    const place = useRef<HTMLLIElement>(null);
    const near = useNear(place, atOnce);
    return (
      <li
        ref={place}
        hidden={!shown}
        className={classNames(
          'border-line border-b px-3 py-2.5 last:border-b-0',
          !near && 'min-h-22',
          rule.selected && 'bg-accent-tint',
          many && '[contain-intrinsic-size:auto_5.5rem] [content-visibility:auto]',
        )}
      >
        {near ? <RuleRow {...rule} /> : <RowWords row={rule.row} />}
      </li>
    );
  },
  (before, after) => before.shown === after.shown && before.atOnce === after.atOnce && before.many === after.many && sameRow(before, after),
);
