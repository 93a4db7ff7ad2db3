'use client';
import { type Direction, moveRule, renameRule } from '@toolgate/policy/edit-order';
import { SlidersHorizontal } from 'lucide-react';
import { memo, useEffect, useId, useRef, useState } from 'react';
import { Checkbox } from '@/components/ui/checkbox';
import { IconButton } from '@/components/ui/icon-button';
import { RiskBars } from '@/components/ui/risk-bars';
import { VisibleText } from '@/components/visible-text';
import type { BuilderTool } from './builder-tool.ts';
import { RenameRule } from './rename-rule.tsx';
import { rowKey } from './row-key.ts';
import { RuleControl } from './rule-control.tsx';
import { chooseRule, removeRule } from './rule-edit.ts';
import type { Edit } from './rule-form/edit.ts';
import { RuleEditor } from './rule-form/rule-editor.tsx';
import { RuleInPlace } from './rule-in-place.tsx';
import { focusRule, RuleMenu } from './rule-menu.tsx';
import { sameRow } from './same-row.ts';
import type { ToolRow } from './tool-rows.ts';

export interface RowProps {
  row: ToolRow;
  /** Of the governed servers: whose arguments a pattern's conditions can name. */
  tools: readonly BuilderTool[];
  warnings: readonly RowWarning[];
  /** The draft says something else of it than the version it began from. */
  changed: boolean;
  /** The table shows an earlier text, or the person may only read. */
  disabled: boolean;
  selected: boolean;
  /** Somebody came to change this rule: it opens, and is brought into sight. */
  opened: boolean;
  /** Whether a rule has this name. */
  taken(name: string): boolean;
  onSelect(name: string, selected: boolean): void;
  onEdit: Edit;
  onShow(pointer: string): void;
}

export interface RowWarning {
  message: string;
}

/** One tool or pattern: its rule as a control, as a sentence, what is doubtful about it, and on demand everything that can be said of it. */
export const RuleRow = memo(function RuleRow({ row, tools, warnings, changed, disabled, selected, opened, ...rest }: RowProps) {
  const { taken, onSelect, onEdit, onShow } = rest;
  const { name, rule, choice } = row;
  const [open, setOpen] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const formId = useId();
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!opened) return;
    setOpen(true);
    opener.current?.focus({ preventScroll: true });
    opener.current?.scrollIntoView({ block: 'center' });
  }, [opened]);
  const byPattern = isByPattern(row);
  const fixed = disabled || (row.from.kind === 'hidden' && byPattern);
  const move = (direction: Direction) => {
    onEdit((source) => moveRule(source, name, direction));
    focusRule(name);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys for whichever of its controls has the focus.
    <div
      onKeyDown={(event) => {
        const key = rowKey(event, row);
        if (key === null || (key !== 'select' && (key === 'rename' || key === 'up' || key === 'down' ? disabled : fixed))) return;
        event.preventDefault();
        if (key === 'select') onSelect(name, !selected);
        else if (key === 'rename') setRenaming(true);
        else if (key === 'up' || key === 'down') move(key);
        else onEdit((source) => chooseRule(source, row, key));
      }}
      className="grid grid-cols-[minmax(0,1fr)] gap-2"
    >
      <div className="flex flex-wrap items-start gap-x-1 gap-y-2">
        {renaming ? (
          <RenameRule
            name={name}
            taken={taken}
            onRename={(next) => {
              setRenaming(false);
              if (next !== name) onEdit((source) => renameRule(source, name, next));
              focusRule(next);
            }}
            onLeave={() => {
              setRenaming(false);
              focusRule(name);
            }}
          />
        ) : (
          <Title row={row} changed={changed} selected={selected} disabled={disabled} onSelect={onSelect} />
        )}
        <RuleControl
          name={name}
          choice={byPattern ? null : choice}
          disabled={fixed}
          onChoose={(next) => onEdit((source) => chooseRule(source, row, next))}
        />
        <div className="flex shrink-0 items-center gap-1">
          <IconButton
            ref={opener}
            label={open ? `Close the rule of ${name}` : `Open the rule of ${name}`}
            aria-expanded={open}
            aria-controls={formId}
            onClick={() => setOpen(!open)}
            className={open ? 'bg-hover text-text' : ''}
          >
            <SlidersHorizontal />
          </IconButton>
          <RuleMenu
            row={row}
            disabled={disabled}
            onRename={() => setRenaming(true)}
            onMove={move}
            onRemove={() => {
              onEdit((source) => removeRule(source, row));
              focusRule(name);
            }}
            onShow={() => rule && onShow(rule.pointer)}
          />
        </div>
      </div>
      {!open && !byPattern && <RuleInPlace row={row} disabled={disabled} onEdit={onEdit} />}
      <p className="text-muted text-xs">{row.says}</p>
      {warnings.map(({ message }) => (
        <p key={message} className="text-limited text-xs">
          <span aria-hidden="true">▲ </span>
          <span className="sr-only">Warning: </span>
          {message}
        </p>
      ))}
      <div id={formId} hidden={!open}>
        {open && <RuleEditor row={row} tools={tools} disabled={disabled} onEdit={onEdit} />}
      </div>
    </div>
  );
}, sameRow);

function Title({
  row: { name, tool },
  changed,
  selected,
  disabled,
  onSelect,
}: Pick<RowProps, 'row' | 'changed' | 'selected' | 'disabled' | 'onSelect'>) {
  return (
    <div className="flex min-w-0 flex-1 basis-48 gap-2.5">
      <Checkbox
        aria-label={`Select ${name}`}
        checked={selected}
        disabled={disabled}
        onChange={(event) => onSelect(name, event.target.checked)}
      />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-3">
          <span className="break-all font-mono text-sm">
            <VisibleText text={name} />
          </span>
          {tool && <RiskBars category={tool.category} risk={tool.risk} className="text-muted text-xs" />}
          {changed && <span className="rounded-control border border-line-strong border-dashed px-1 text-muted text-xs">changed</span>}
          {tool?.state === 'quarantined' && <span className="text-error text-xs">in quarantine</span>}
        </div>
        {tool?.description && (
          <p className="clip text-muted text-xs" title={tool.description}>
            <VisibleText text={tool.description} />
          </p>
        )}
      </div>
    </div>
  );
}

/** What decides is another entry than one of this very name. */
export const isByPattern = ({ name, from }: ToolRow): boolean =>
  from.kind === 'pattern' || (from.kind === 'hidden' && from.pattern !== name);
