import type { PolicyConcurrency } from '@toolgate/policy/document';
import { leaseKey } from '@toolgate/policy/leases';
import { describeMicros, UNIT_MICROS } from '@toolgate/policy/micros';
import { describeWait } from '@toolgate/policy/window';
import type { LimitUse } from '@toolgate/services/limit/read-use';

/** Which counter a limit of a draft is: another window or name is another counter, another maximum is not. */
export const limitId = ({ scope, name, windowMs }: Pick<LimitUse, 'scope' | 'name' | 'windowMs'>): string =>
  `${scope} ${windowMs ?? 'in flight'} ${name}`;

export type Owner = LimitUse['owners'][number];

/** "12 of 30 used by cursor-laptop, next free in 20 s"; "2 of 4 calls running for cursor-laptop". */
export function usedWords(owner: Owner, { maxMicros, windowMs }: Pick<LimitUse, 'maxMicros' | 'windowMs'>, ageMs = 0): string {
  const number = `${describeMicros(owner.usedMicros)} of ${describeMicros(maxMicros)}`;
  if (windowMs === null) {
    const calls = maxMicros === UNIT_MICROS ? 'call' : 'calls';
    return `${number} ${calls} running${owner.name ? ` for ${owner.name}` : ''}`;
  }
  const free = freeWords(owner, ageMs);
  return `${number} used${owner.name ? ` by ${owner.name}` : ''}${free ? `, ${free}` : ''}`;
}

/** "next free in 20 s"; empty where nothing is used. */
export function freeWords({ nextFreeInMs }: Pick<Owner, 'nextFreeInMs'>, ageMs = 0): string {
  return nextFreeInMs === null ? '' : `next free in ${describeWait(nextFreeInMs - ageMs)}`;
}

/** Who has used most, and how many others have used any; null where nobody counts (the policy governs no grant) or nothing is known. */
export function mostUsed(owners: readonly Owner[]): { first: Owner; others: number } | null {
  const [first] = owners;
  return first ? { first, others: owners.slice(1).filter(({ usedMicros }) => usedMicros > 0).length } : null;
}

/** The counter of the calls at once of a rule; null: of all tools. */
export const calls = (tool: string | null, { scope, concurrency }: Pick<PolicyConcurrency, 'scope' | 'concurrency'>) => ({
  scope,
  name: leaseKey(tool),
  windowMs: null,
  maxMicros: concurrency * UNIT_MICROS,
});
