import type { Choice } from './rule-edit.ts';
import type { ToolRow } from './tool-rows.ts';

/** What decides about a tool as a column of the board: conditions narrow a card, they do not move it. */
export function columnOf({ rule, choice, from }: ToolRow, fallback: 'deny' | 'allow'): Choice {
  if (choice === null) return from.kind === 'default' ? fallback : 'deny';
  if (choice !== 'custom') return choice;
  // Of a rule in shadow nothing is enforced.
  if (!rule || rule.mode === 'shadow') return 'allow';
  if (rule.action !== 'allow') return rule.action;
  if (rule.approveIf.length > 0) return 'approve';
  return rule.limits.length + rule.concurrency.length > 0 ? 'limit' : 'allow';
}

export function boardColumns(rows: readonly ToolRow[], fallback: 'deny' | 'allow'): Map<Choice, ToolRow[]> {
  const columns = new Map<Choice, ToolRow[]>([
    ['allow', []],
    ['limit', []],
    ['approve', []],
    ['deny', []],
    ['hide', []],
  ]);
  for (const row of rows) columns.get(columnOf(row, fallback))?.push(row);
  return columns;
}
