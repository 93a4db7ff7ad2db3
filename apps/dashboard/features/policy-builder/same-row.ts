import type { RowProps } from './rule-row.tsx';

const PLAIN = ['disabled', 'changed', 'selected', 'opened', 'tools', 'taken', 'onSelect', 'onEdit', 'onShow'] as const;

/** Whether a row would look the same. Rows are made anew with every read of the text: what they say decides. */
export function sameRow(before: RowProps, after: RowProps): boolean {
  if (!PLAIN.every((key) => before[key] === after[key])) return false;
  if (before.row === after.row && before.warnings === after.warnings) return true;
  return (
    before.row.tool === after.row.tool && JSON.stringify([before.row, before.warnings]) === JSON.stringify([after.row, after.warnings])
  );
}
