'use client';
import { explainRule } from '@toolgate/policy/explain';
import type { Warning } from '@toolgate/policy/lint';
import { Code, RotateCcw } from 'lucide-react';
import { memo } from 'react';
import { classNames } from '@/components/class-names';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { RiskBars } from '@/components/ui/risk-bars';
import { VisibleText } from '@/components/visible-text';
import { LimitSentence } from './limit-sentence.tsx';
import { RuleControl } from './rule-control.tsx';
import type { RuleEdit } from './rule-edit.ts';
import type { ToolRow } from './tool-rows.ts';

export interface RowProps {
  row: ToolRow;
  /** What a tool without a rule gets. */
  fallback: 'deny' | 'allow';
  warnings: readonly { message: string; blocking: boolean }[];
  /** The table shows an earlier text, or the person may only read. */
  disabled: boolean;
  /** There are so many rows that those out of sight are not laid out. */
  many: boolean;
  onEdit(row: ToolRow, edit: RuleEdit): void;
  onShow(pointer: string): void;
}

/** One tool or pattern: its rule as a control, as a sentence, and what is doubtful about it. */
export const RuleRow = memo(function RuleRow({ row, fallback, warnings, disabled, many, onEdit, onShow }: RowProps) {
  const { name, tool, rule, from, choice } = row;
  const byPattern = from.kind === 'pattern' || (from.kind === 'hidden' && from.pattern !== name);
  return (
    <li
      className={classNames(
        'grid grid-cols-[minmax(0,1fr)] gap-2 border-line border-b px-3 py-2.5 last:border-b-0',
        many && '[contain-intrinsic-size:auto_4.5rem] [content-visibility:auto]',
      )}
    >
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-48">
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
        <div className="flex min-w-0 max-w-full items-center gap-1 max-sm:flex-wrap">
          <RuleControl
            name={name}
            choice={byPattern ? null : choice}
            disabled={disabled || (from.kind === 'hidden' && byPattern)}
            onChoose={(next) => onEdit(row, { kind: 'choose', choice: next })}
          />
          <IconButton
            label={`Take the rule of ${name} away`}
            disabled={disabled || !(rule || (from.kind === 'hidden' && !byPattern))}
            onClick={() => onEdit(row, { kind: 'remove' })}
          >
            <RotateCcw />
          </IconButton>
          <IconButton label={`Show ${name} in the JSON`} disabled={!rule} onClick={() => rule && onShow(rule.pointer)}>
            <Code />
          </IconButton>
        </div>
      </div>
      {rule?.action === 'allow' && rule.limits.length > 0 && !byPattern && (
        <div className="grid gap-1 border-line border-l-2 pl-3">
          {rule.limits.map((limit) => (
            <LimitSentence
              key={limit.pointer}
              name={name}
              limit={limit}
              disabled={disabled}
              onChange={(change) => onEdit(row, { kind: 'limit', limit, ...change })}
            />
          ))}
        </div>
      )}
      {choice === 'deny' && from.kind === 'rule' && (
        <Input
          aria-label={`Reason that a caller of ${name} is told`}
          placeholder="Reason that the caller is told (optional)"
          maxLength={500}
          disabled={disabled}
          value={rule?.reason ?? ''}
          onChange={(event) => onEdit(row, { kind: 'reason', reason: event.target.value })}
          className="max-w-120"
        />
      )}
      <p className="text-muted text-xs">{sentence(row, fallback)}</p>
      {warnings.map(({ message, blocking }) => (
        <p key={message} className={blocking ? 'text-denied text-xs' : 'text-limited text-xs'}>
          <span aria-hidden="true">{blocking ? '✕' : '▲'} </span>
          <span className="sr-only">{blocking ? 'Error: ' : 'Warning: '}</span>
          {message}
        </p>
      ))}
    </li>
  );
}, sameRow);

function sentence({ name, rule, from, choice }: ToolRow, fallback: 'deny' | 'allow'): string {
  switch (from.kind) {
    case 'rule':
      return explainRule(name, rule as NonNullable<typeof rule>);
    case 'hidden':
      return `Hidden and denied by “${from.pattern}” in the list of hidden names.`;
    case 'pattern':
      return `No rule of its own: ${choice === 'allow' ? 'allowed' : choice === 'limit' ? 'limited' : choice === 'custom' ? 'ruled' : choice === 'hide' ? 'hidden' : 'denied'} by the pattern ${from.pattern}.`;
    case 'default':
      return `${fallback === 'deny' ? 'Denied' : 'Allowed'} by default: no rule names it.`;
  }
}

/** Rows are made anew with every read of the text: what they say decides whether one is drawn again. */
function sameRow(before: RowProps, after: RowProps): boolean {
  return (
    before.disabled === after.disabled &&
    before.many === after.many &&
    before.fallback === after.fallback &&
    before.onEdit === after.onEdit &&
    before.onShow === after.onShow &&
    before.row.tool === after.row.tool &&
    JSON.stringify([before.row, before.warnings]) === JSON.stringify([after.row, after.warnings])
  );
}

export type RowWarning = Pick<Warning, 'message'> & { blocking: boolean };
