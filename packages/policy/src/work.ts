/**
 * What one decision may spend on conditions, in steps of at most about 75 ns (measured): about 30 ms at worst, so that no call can hold up
 * the others. A condition that finds it spent cannot be evaluated, and so never helps the caller.
 */
export const DECISION_WORK = 400_000;
/** Likewise on conditions of rules in shadow: apart, so that what is only recorded never changes what is enforced. */
export const SHADOW_WORK = 100_000;

/** What is left; below 0 it is spent. */
export interface Work {
  left: number;
}

/** Takes steps; false when there are not that many left. What is once spent stays spent, so that what follows costs nothing. */
export function spend(work: Work, steps: number): boolean {
  work.left -= steps;
  return work.left >= 0;
}
