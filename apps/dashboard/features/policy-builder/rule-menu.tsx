'use client';
import { isGlob } from '@toolgate/policy/glob';
import { ArrowDown, ArrowUp, Code, Ellipsis, Pencil, RotateCcw } from 'lucide-react';
import { IconButton } from '@/components/ui/icon-button';
import { Menu, MenuItem } from '@/components/ui/menu';
import type { ToolRow } from './tool-rows.ts';

interface Props {
  row: ToolRow;
  disabled: boolean;
  onRename(): void;
  onMove(direction: 'up' | 'down'): void;
  onRemove(): void;
  onShow(): void;
}

/** What can be done with a rule besides changing what it says. */
export function RuleMenu({ row: { name, rule, from }, disabled, onRename, onMove, onRemove, onShow }: Props) {
  const pattern = rule !== null && isGlob(name);
  const written = rule !== null || (from.kind === 'hidden' && from.pattern === name);
  return (
    <Menu
      trigger={
        <IconButton label={`More for ${name}`} disabled={!written} data-rule-menu={name}>
          <Ellipsis />
        </IconButton>
      }
    >
      <MenuItem icon={<Code aria-hidden="true" />} disabled={rule === null} onSelect={onShow}>
        Show in the JSON
      </MenuItem>
      <MenuItem icon={<Pencil aria-hidden="true" />} shortcut="F2" disabled={disabled || rule === null} onSelect={onRename}>
        Rename
      </MenuItem>
      {pattern && (
        <>
          <MenuItem icon={<ArrowUp aria-hidden="true" />} shortcut="Alt ↑" disabled={disabled} onSelect={() => onMove('up')}>
            Move up
          </MenuItem>
          <MenuItem icon={<ArrowDown aria-hidden="true" />} shortcut="Alt ↓" disabled={disabled} onSelect={() => onMove('down')}>
            Move down
          </MenuItem>
        </>
      )}
      <MenuItem icon={<RotateCcw aria-hidden="true" />} danger disabled={disabled} onSelect={onRemove}>
        Take the rule away
      </MenuItem>
    </Menu>
  );
}

/** A row that got another name or place is drawn anew: the focus goes on from there. */
export function focusRule(name: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-rule-menu="${CSS.escape(name)}"]`)?.focus()),
  );
}
