'use client';
import { setLimit } from '@toolgate/policy/edit-limit';
import { rulePointer, setRule } from '@toolgate/policy/edit-rule';
import { Code, RotateCcw, SlidersHorizontal } from 'lucide-react';
import { type KeyboardEvent, memo, useId, useState } from 'react';
import { classNames } from '@/components/class-names';
import { shortcutsAreOn } from '@/components/shell/shortcuts-setting';
import { Checkbox } from '@/components/ui/checkbox';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { RiskBars } from '@/components/ui/risk-bars';
import { VisibleText } from '@/components/visible-text';
import { numericArguments } from './argument-paths.ts';
import type { BuilderTool } from './builder-tool.ts';
import { LimitSentence } from './limit-sentence.tsx';
import { RuleControl } from './rule-control.tsx';
import { CHOICES, chooseRule, removeRule } from './rule-edit.ts';
import type { Edit } from './rule-form/edit.ts';
import { RuleEditor } from './rule-form/rule-editor.tsx';
import type { ToolRow } from './tool-rows.ts';

export interface RowProps {
  row: ToolRow;
  /** Of the governed servers: whose arguments a pattern's conditions can name. */
  tools: readonly BuilderTool[];
  warnings: readonly RowWarning[];
  /** The table shows an earlier text, or the person may only read. */
  disabled: boolean;
  /** There are so many rows that those out of sight are not laid out. */
  many: boolean;
  selected: boolean;
  onSelect(name: string, selected: boolean): void;
  onEdit: Edit;
  onShow(pointer: string): void;
}

export interface RowWarning {
  message: string;
  blocking: boolean;
}

/** One tool or pattern: its rule as a control, as a sentence, what is doubtful about it, and on demand everything that can be said of it. */
export const RuleRow = memo(function RuleRow({ row, tools, warnings, disabled, many, selected, onSelect, onEdit, onShow }: RowProps) {
  const { name, rule, choice } = row;
  const [open, setOpen] = useState(false);
  const formId = useId();
  const byPattern = isByPattern(row);
  const fixed = disabled || (row.from.kind === 'hidden' && byPattern);
  return (
    <li
      onKeyDown={(event) => onRowKey(event, row, fixed, onEdit, () => onSelect(name, !selected))}
      className={classNames(
        'grid grid-cols-[minmax(0,1fr)] gap-2 border-line border-b px-3 py-2.5 last:border-b-0',
        selected && 'bg-accent-tint',
        many && '[contain-intrinsic-size:auto_5.5rem] [content-visibility:auto]',
      )}
    >
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <Title row={row} selected={selected} disabled={disabled} onSelect={onSelect} />
        <div className="flex min-w-0 max-w-full items-center gap-1 max-sm:flex-wrap">
          <RuleControl
            name={name}
            choice={byPattern ? null : choice}
            disabled={fixed}
            onChoose={(next) => onEdit((source) => chooseRule(source, row, next))}
          />
          <IconButton
            label={open ? `Close the rule of ${name}` : `Open the rule of ${name}`}
            aria-expanded={open}
            aria-controls={formId}
            onClick={() => setOpen(!open)}
            className={open ? 'bg-hover text-text' : ''}
          >
            <SlidersHorizontal />
          </IconButton>
          <IconButton
            label={`Take the rule of ${name} away`}
            disabled={disabled || !(rule || (row.from.kind === 'hidden' && !byPattern))}
            onClick={() => onEdit((source) => removeRule(source, row))}
          >
            <RotateCcw />
          </IconButton>
          <IconButton label={`Show ${name} in the JSON`} disabled={!rule} onClick={() => rule && onShow(rule.pointer)}>
            <Code />
          </IconButton>
        </div>
      </div>
      {!open && !byPattern && <InPlace row={row} disabled={disabled} onEdit={onEdit} />}
      <p className="text-muted text-xs">{row.says}</p>
      {warnings.map(({ message, blocking }) => (
        <p key={message} className={blocking ? 'text-denied text-xs' : 'text-limited text-xs'}>
          <span aria-hidden="true">{blocking ? '✕' : '▲'} </span>
          <span className="sr-only">{blocking ? 'Error: ' : 'Warning: '}</span>
          {message}
        </p>
      ))}
      <div id={formId} hidden={!open}>
        {open && <RuleEditor row={row} tools={tools} disabled={disabled} onEdit={onEdit} />}
      </div>
    </li>
  );
}, sameRow);

function Title({ row: { name, tool }, selected, disabled, onSelect }: Pick<RowProps, 'row' | 'selected' | 'disabled' | 'onSelect'>) {
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

/** What is changed most often, without opening the rule: the numbers of its limits, the reason of a denial. */
function InPlace({ row: { name, tool, rule, choice, from }, disabled, onEdit }: Pick<RowProps, 'row' | 'disabled' | 'onEdit'>) {
  if (rule?.action === 'allow' && rule.limits.length > 0)
    return (
      <div className="grid gap-1 border-line border-l-2 pl-3">
        {rule.limits.map((limit, index) => (
          <LimitSentence
            key={limit.pointer}
            name={rule.limits.length > 1 ? `${name}, ${index + 1}` : name}
            limit={limit}
            amounts={numericArguments(tool?.inputSchema)}
            disabled={disabled}
            onChange={(change) =>
              onEdit((source) => setLimit(source, rule, limit, change), change.max === undefined ? undefined : `${limit.pointer} max`)
            }
          />
        ))}
      </div>
    );
  if (choice !== 'deny' || from.kind !== 'rule') return null;
  return (
    <Input
      aria-label={`Reason that a caller of ${name} is told`}
      placeholder="Reason that the caller is told (optional)"
      maxLength={500}
      disabled={disabled}
      value={rule?.reason ?? ''}
      onChange={(event) => onEdit((source) => setRule(source, rulePointer(name), { reason: event.target.value }), `${name} reason`)}
      className="max-w-120"
    />
  );
}

/** What decides is another entry than one of this very name. */
export const isByPattern = ({ name, from }: ToolRow): boolean =>
  from.kind === 'pattern' || (from.kind === 'hidden' && from.pattern !== name);

/** 1 to 5 choose, X selects: while a control of the row has the focus. */
function onRowKey(event: KeyboardEvent, row: ToolRow, fixed: boolean, onEdit: Edit, onToggle: () => void): void {
  const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  const checkbox = event.target instanceof HTMLInputElement && event.target.type === 'checkbox';
  if ((typing && !checkbox) || event.ctrlKey || event.metaKey || event.altKey || !shortcutsAreOn()) return;
  const choice = CHOICES[Number(event.key) - 1];
  if (choice && !fixed) onEdit((source) => chooseRule(source, row, choice));
  else if (event.key === 'x') onToggle();
}

/** Rows are made anew with every read of the text: what they say decides whether one is drawn again. */
function sameRow(before: RowProps, after: RowProps): boolean {
  return (
    before.disabled === after.disabled &&
    before.many === after.many &&
    before.selected === after.selected &&
    before.tools === after.tools &&
    before.onEdit === after.onEdit &&
    before.onSelect === after.onSelect &&
    before.onShow === after.onShow &&
    before.row.tool === after.row.tool &&
    JSON.stringify([before.row, before.warnings]) === JSON.stringify([after.row, after.warnings])
  );
}
