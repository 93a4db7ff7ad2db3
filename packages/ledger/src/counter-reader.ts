/** Reads how far limits are used, for people to look at: nothing is decided by it. */
export interface CounterReader {
  /** The ledger itself, or the calls that it recorded in PostgreSQL. */
  readonly source: 'ledger' | 'recorded';
  /** In the order of what was asked; null: not known. Rejects when it cannot be asked at all. */
  read(organizationId: string, asked: AskedCounters): Promise<ReadCounters>;
  close(): Promise<void>;
}

export interface AskedCounters {
  /** As in `Charge`: `{scope}:{scope id}:{counter}`. */
  counters: readonly { key: string; windowMs: number }[];
  /** As in `Lease`. */
  leases: readonly { key: string }[];
}

export interface ReadCounters {
  counters: (CounterReading | null)[];
  /** Calls in flight of each lease. */
  running: (number | null)[];
}

export interface CounterReading {
  usedMicros: number;
  /** Until the oldest charge leaves the window; null when there is none. */
  nextFreeInMs: number | null;
}
