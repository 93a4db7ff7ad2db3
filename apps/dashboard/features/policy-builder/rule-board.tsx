'use client';
import { useMemo, useRef, useState } from 'react';
import { classNames } from '@/components/class-names';
import { Drawer } from '@/components/ui/drawer';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { BoardCard } from './board-card.tsx';
import { boardColumns } from './board-columns.ts';
import type { BuilderTool } from './builder-tool.ts';
import { RowSlot } from './row-slot.tsx';
import { CHOICE_LOOKS } from './rule-control.tsx';
import { type Choice, chooseRule } from './rule-edit.ts';
import type { Edit } from './rule-form/edit.ts';
import { RuleEditor } from './rule-form/rule-editor.tsx';
import type { ToolRow } from './tool-rows.ts';

interface Props {
  rows: readonly ToolRow[];
  tools: readonly BuilderTool[];
  /** What a tool without a rule gets. */
  fallback: 'deny' | 'allow';
  disabled: boolean;
  onEdit: Edit;
}

/** Cards of a column that have their controls at once. */
const FIRST = 20;

/** The rules as cards in columns. A card is moved by dragging, from its menu, or with the keys 1 to 5. */
export function RuleBoard({ rows, tools, fallback, disabled, onEdit }: Props) {
  // Only cards of this board can be dropped on it.
  const dragged = useRef<ToolRow | null>(null);
  const [over, setOver] = useState<Choice | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const columns = useMemo(() => boardColumns(rows, fallback), [rows, fallback]);
  const move = (row: ToolRow, choice: Choice) => {
    onEdit((source) => chooseRule(source, row, choice));
    setSaid(`${row.name}: ${CHOICE_LOOKS[choice].word}`);
  };
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
                  <span className="ml-auto font-normal text-muted text-xs">{cards.length}</span>
                </h2>
                <ul className="grid gap-1.5 px-1.5 pb-1.5">
                  {cards.map((row, index) => (
                    <RowSlot
                      key={row.name}
                      row={row}
                      atOnce={index < FIRST}
                      className="min-h-24 rounded-control border border-line bg-surface px-2 py-1.5"
                    >
                      <BoardCard
                        row={row}
                        column={choice}
                        disabled={disabled}
                        onDrag={(begins) => {
                          dragged.current = begins ? row : null;
                        }}
                        onMove={(next) => move(row, next)}
                        onOpen={() => setOpened(row.name)}
                      />
                    </RowSlot>
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
}
