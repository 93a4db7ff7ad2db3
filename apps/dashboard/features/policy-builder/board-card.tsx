'use client';
import { Ellipsis } from 'lucide-react';
import { shortcutsAreOn } from '@/components/shell/shortcuts-setting';
import { IconButton } from '@/components/ui/icon-button';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/components/ui/menu';
import { RiskBars } from '@/components/ui/risk-bars';
import { VisibleText } from '@/components/visible-text';
import { CHOICE_LOOKS } from './rule-control.tsx';
import { CHOICES, type Choice } from './rule-edit.ts';
import { isByPattern } from './rule-row.tsx';
import type { ToolRow } from './tool-rows.ts';

interface Props {
  row: ToolRow;
  column: Choice;
  disabled: boolean;
  onDrag(begins: boolean): void;
  onMove(choice: Choice): void;
  onOpen(): void;
}

/** One tool or pattern: its name opens its rule, its menu and the keys 1 to 5 move it. */
export function BoardCard({ row, column, disabled, onDrag, onMove, onOpen }: Props) {
  const { name, tool, says } = row;
  // What a pattern in "hide" hides stays hidden, whatever its own rule says.
  const fixed = disabled || (row.from.kind === 'hidden' && isByPattern(row));
  const menu = (
    <Menu
      trigger={
        <IconButton label={`Move ${name}`} disabled={fixed} className="size-6!">
          <Ellipsis />
        </IconButton>
      }
    >
      <MenuLabel>Move to</MenuLabel>
      {CHOICES.map((choice, index) => {
        const { icon: Icon, word, colour } = CHOICE_LOOKS[choice];
        return (
          <MenuItem
            key={choice}
            disabled={choice === column}
            shortcut={String(index + 1)}
            icon={<Icon aria-hidden="true" className={colour} />}
            onSelect={() => onMove(choice)}
          >
            {word}
          </MenuItem>
        );
      })}
      <MenuSeparator />
      <MenuItem onSelect={onOpen}>Open the rule</MenuItem>
    </Menu>
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys for whichever of its controls has the focus.
    <div
      draggable={!fixed}
      onDragStart={(event) => {
        event.dataTransfer.setData('text/plain', name);
        event.dataTransfer.effectAllowed = 'move';
        onDrag(true);
      }}
      onDragEnd={() => onDrag(false)}
      onKeyDown={(event) => {
        const choice = CHOICES[Number(event.key) - 1];
        const inMenu = event.target instanceof HTMLElement && event.target.closest('[role=menu]') !== null;
        if (!choice || choice === column || fixed || inMenu || event.ctrlKey || event.metaKey || event.altKey || !shortcutsAreOn()) return;
        onMove(choice);
      }}
      className="grid gap-1 px-2 py-1.5 text-sm data-[fixed=false]:cursor-grab"
      data-fixed={fixed}
    >
      <div className="flex items-start justify-between gap-1">
        <button type="button" onClick={onOpen} className="min-w-0 break-all text-left font-mono text-xs leading-6 hover:underline">
          <VisibleText text={name} />
        </button>
        {!tool && menu}
      </div>
      {tool && (
        <div className="flex items-center justify-between gap-1">
          <RiskBars category={tool.category} risk={tool.risk} className="text-muted text-xs" />
          {menu}
        </div>
      )}
      <p className="line-clamp-3 text-muted text-xs" title={says}>
        {says}
      </p>
    </div>
  );
}
