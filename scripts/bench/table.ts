/** A row of a bench: what was measured, and what it should be. */
export interface Row {
  what: string;
  value: number;
  unit: string;
  /** The most that it should be; absent: there is no target. */
  target?: number;
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Prints rows as a table; those that miss their target are marked, and counted below it. */
export function printTable(rows: readonly Row[]): void {
  const cells = rows.map(({ what, value, unit, target }) => [
    what,
    `${digits(value)} ${unit}`,
    target === undefined ? '' : `≤ ${target} ${unit}`,
    target === undefined ? '' : value <= target ? 'holds' : 'MISSED',
  ]);
  const table = [['measured', 'median', 'target', ''], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((line) => line[column]!.length)));
  for (const line of table)
    console.log(line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  '));
  const missed = rows.filter(({ value, target }) => target !== undefined && value > target);
  console.log(missed.length === 0 ? '\nEvery target holds.' : `\nWhere we lose: ${missed.map(({ what }) => what).join('; ')}.`);
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
