'use client';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { classNames } from '@/components/class-names';
import { Drawer } from '@/components/ui/drawer';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { BoardCard } from './board-card.tsx';
import { boardColumns } from './board-columns.ts';
import type { BuilderTool } from './builder-tool.ts';
import { RowWords } from './row-words.tsx';
import { CHOICE_LOOKS } from './rule-control.tsx';
import { type Choice, chooseRule } from './rule-edit.ts';
import type { Edit } from './rule-form/edit.ts';
import { RuleEditor } from './rule-form/rule-editor.tsx';
import type { RowGroup, ToolRow } from './tool-rows.ts';
import { useNear } from './use-near.ts';

interface Props {
  /** All of them: those that are not shown stay, so that a search redraws nothing. */
  groups: ReadonlyMap<RowGroup, ToolRow[]>;
  shown: ReadonlySet<string>;
  tools: readonly BuilderTool[];
  /** What a tool without a rule gets. */
  fallback: 'deny' | 'allow';
  disabled: boolean;
  /** Whose rule is to be opened; null: none. */
  opened: string | null;
  onEdit: Edit;
}

/** Cards of a column that have their controls at once. */
const FIRST = 20;

/** The rules as cards in columns. A card is moved by dragging, from its menu, or with the keys 1 to 5. */
export const RuleBoard = memo(function RuleBoard({ groups, shown, tools, fallback, disabled, opened: asked, onEdit }: Props) {
  // Only cards of this board can be dropped on it.
  const dragged = useRef<ToolRow | null>(null);
  const [over, setOver] = useState<Choice | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => setOpened(asked), [asked]);
  const rows = useMemo(() => [...groups.values()].flat(), [groups]);
  const columns = useMemo(() => boardColumns(rows, fallback), [rows, fallback]);
  const move = useCallback(
    (row: ToolRow, choice: Choice) => {
      onEdit((source) => chooseRule(source, row, choice));
      setSaid(`${row.name}: ${CHOICE_LOOKS[choice].word}`);
    },
    [onEdit],
  );
  const drag = useCallback((row: ToolRow | null) => {
    dragged.current = row;
  }, []);
  const open = rows.find(({ name }) => name === opened);
  return (
    <>
      <ScrollRegion label="Board" className="relative min-w-0 overflow-x-auto pb-2 -outline-offset-2">
        <div className="grid grid-cols-[repeat(5,minmax(8.75rem,1fr))] gap-2">
          {[...columns].map(([choice, cards]) => {
            const { icon: Icon, word, colour } = CHOICE_LOOKS[choice];
            return (
              <section
                key={choice}
                aria-label={word}
                onDragOver={(event) => {
                  if (disabled || dragged.current === null) return;
                  event.preventDefault();
                  setOver(choice);
                }}
                onDragLeave={() => setOver((before) => (before === choice ? null : before))}
                onDrop={(event) => {
                  event.preventDefault();
                  setOver(null);
                  const row = dragged.current;
                  if (row && !disabled && !cards.includes(row)) move(row, choice);
                }}
                className={classNames(
                  'min-h-40 rounded-panel border border-line bg-sunken',
                  over === choice && 'border-accent bg-accent-tint',
                )}
              >
                <h2 className="flex items-center gap-1.5 px-2.5 py-2 font-medium text-sm">
                  <Icon aria-hidden="true" className={`size-3.5 ${colour}`} strokeWidth={2.25} />
                  {word}
                  <span className="ml-auto font-normal text-muted text-xs">{cards.filter(({ name }) => shown.has(name)).length}</span>
                </h2>
                <ul className="grid gap-1.5 px-1.5 pb-1.5">
                  {cards.map((row, index) => (
                    <Card
                      key={row.name}
                      row={row}
                      shown={shown.has(row.name)}
                      atOnce={index < FIRST}
                      column={choice}
                      disabled={disabled}
                      onDrag={drag}
                      onMove={move}
                      onOpen={setOpened}
                    />
                  ))}
                </ul>
              </section>
            );
          })}
        </div>
      </ScrollRegion>
      <p role="status" className="sr-only">
        {said}
      </p>
      <Drawer open={open !== undefined} onClose={() => setOpened(null)} title={open?.name ?? ''} mono>
        {open && (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <p className="text-muted text-sm">{open.says}</p>
            <RuleEditor row={open} tools={tools} disabled={disabled} onEdit={onEdit} />
          </div>
        )}
      </Drawer>
    </>
  );
});

interface CardProps {
  row: ToolRow;
  shown: boolean;
  atOnce: boolean;
  column: Choice;
  disabled: boolean;
  onDrag(row: ToolRow | null): void;
  onMove(row: ToolRow, choice: Choice): void;
  onOpen(name: string): void;
}

const Card = memo(function Card({ row, shown, atOnce, column, disabled, onDrag, onMove, onOpen }: CardProps) {
  const place = useRef<HTMLLIElement>(null);
  const near = useNear(place, atOnce);
  // Whether it is shown changes at every key of a search, and nothing else with it.
  const card = useMemo(
    () => (
      <BoardCard
        row={row}
        column={column}
        disabled={disabled}
        onDrag={(begins) => onDrag(begins ? row : null)}
        onMove={(next) => onMove(row, next)}
        onOpen={() => onOpen(row.name)}
      />
    ),
    [row, column, disabled, onDrag, onMove, onOpen],
  );
  return (
    <li
      ref={place}
      hidden={!shown}
      className={classNames('rounded-control border border-line bg-surface', !near && 'min-h-24 px-2 py-1.5')}
    >
      {near ? card : <RowWords row={row} />}
    </li>
  );
});
