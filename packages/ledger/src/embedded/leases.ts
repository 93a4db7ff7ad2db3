/** The calls in flight of this process. A call that ended without a word gives its places back when its time is over. */
import type { Lease } from '../ledger.ts';

export class Leases {
  readonly #now: () => number;
  /** By organization and key: calls, and when their time is over (µs). */
  readonly #held = new Map<string, Map<string, number>>();

  /** @param now µs of a monotonic clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The first that has no room, and when the first place of it is free at the latest (µs); null: all have. */
  full(organizationId: string, leases: Lease[]): { index: number; freeAt: number } | null {
    for (const [index, lease] of leases.entries()) {
      const holders = this.#current(organizationId, lease);
      if (holders.size >= lease.max) return { index, freeAt: Math.min(this.#now() + 1e6, ...holders.values()) };
    }
    return null;
  }

  take(organizationId: string, leases: Lease[], callId: string): void {
    for (const lease of leases) {
      const holders = this.#current(organizationId, lease);
      holders.set(callId, this.#now() + lease.ttlMs * 1000);
      this.#held.set(id(organizationId, lease), holders);
    }
  }

  free(organizationId: string, leases: Lease[], callId: string): void {
    for (const lease of leases) {
      const holders = this.#held.get(id(organizationId, lease));
      if (holders?.delete(callId) && holders.size === 0) this.#held.delete(id(organizationId, lease));
    }
  }

  #current(organizationId: string, lease: Lease): Map<string, number> {
    const holders = this.#held.get(id(organizationId, lease)) ?? new Map<string, number>();
    const now = this.#now();
    for (const [callId, end] of holders) if (end <= now) holders.delete(callId);
    return holders;
  }
}

const id = (organizationId: string, { key }: Lease): string => `${organizationId} ${key}`;
