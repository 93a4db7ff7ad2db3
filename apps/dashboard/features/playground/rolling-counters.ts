import type { PolicyCharge } from '@toolgate/policy/decision';

/** What the gateway's ledger does, in memory: never more than the maximum in any window of that length. */
export class RollingCounters {
  private readonly taken = new Map<string, { at: number; micros: number }[]>();

  /** Charges all or none. Gives the index of the charge that has no room. `now` in milliseconds. */
  charge(
    charges: readonly PolicyCharge[],
    now: number,
  ): { ok: true } | { ok: false; index: number; remainingMicros: number; retryAfterMs: number; resetAt: Date } {
    for (const [index, charge] of charges.entries()) {
      const entries = this.inWindow(charge, now);
      const used = sum(entries);
      if (used + charge.amountMicros <= charge.maxMicros) continue;
      const freeAt = whenFree(entries, used + charge.amountMicros - charge.maxMicros, charge.windowMs) ?? now + charge.windowMs;
      return { ok: false, index, remainingMicros: charge.maxMicros - used, retryAfterMs: freeAt - now, resetAt: new Date(freeAt) };
    }
    for (const charge of charges) this.inWindow(charge, now).push({ at: now, micros: charge.amountMicros });
    return { ok: true };
  }

  usedMicros(charge: PolicyCharge, now: number): number {
    return sum(this.inWindow(charge, now));
  }

  private inWindow({ scope, counter, windowMs }: PolicyCharge, now: number): { at: number; micros: number }[] {
    const key = `${scope}:${counter}`;
    const kept = (this.taken.get(key) ?? []).filter(({ at }) => at > now - windowMs);
    this.taken.set(key, kept);
    return kept;
  }
}

const sum = (entries: readonly { micros: number }[]): number => entries.reduce((total, { micros }) => total + micros, 0);

/** When enough of the oldest entries have left the window. */
function whenFree(entries: readonly { at: number; micros: number }[], needed: number, windowMs: number): number | null {
  let freed = 0;
  for (const { at, micros } of entries) {
    freed += micros;
    if (freed >= needed) return at + windowMs;
  }
  return null;
}
