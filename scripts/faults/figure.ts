/** One figure of the campaign: what was measured, and whether it is what must hold. */
import os from 'node:os';

export interface Figure {
  name: string;
  value: string;
  must: string;
  holds: boolean;
}

export const figure = (name: string, value: string | number, must: string, holds: boolean): Figure => ({
  name,
  value: String(value),
  must,
  holds,
});

/** The shortest time in which `max` + 1 of these happened; infinite when there are not so many. */
export function closest(times: readonly number[], max: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.min(...sorted.slice(max).map((time, i) => time - (sorted[i] as number)), Number.POSITIVE_INFINITY);
}

/** More work than processors: times say little then, so what was too slow is tried again. Whatever must never happen is counted all the same. */
export const isBusy = (): boolean => (os.loadavg()[0] as number) > os.availableParallelism();

export const loadText = (): string => `load ${(os.loadavg()[0] as number).toFixed(1)} on ${os.availableParallelism()} processors`;

export function print(title: string, figures: Figure[]): void {
  console.log(`\n${title}  (${loadText()})`);
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const { name, value, must, holds } of figures)
    console.log(`  ${holds ? 'pass' : 'FAIL'}  ${name.padEnd(width)}  ${value}  (must be ${must})`);
}
