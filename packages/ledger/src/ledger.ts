/** The ledger: where a call is admitted. Limits are charged and the audit intent is recorded in one atomic step. */
import type { AuditFacts, CallEnd } from '@toolgate/audit/event';

/** What one limit takes from its counter for one call. */
export interface Charge {
  /** `{scope}:{scope id}:{counter}`, unique within the organization. */
  key: string;
  /** In millionths, so that sums are exact integers; a call that counts as one is 1 000 000. */
  amountMicros: number;
  maxMicros: number;
  windowMs: number;
  /** What to do when the ledger cannot be reached. */
  onUnavailable: 'deny' | 'allow';
}

export interface AdmitRequest {
  organizationId: string;
  /** The epoch under which the caller decided. */
  epoch: number;
  charges: Charge[];
  callId: string;
  facts: AuditFacts;
}

export type AdmitResult =
  | { kind: 'admitted' }
  /** The charge at this index had no room; nothing was charged or recorded. */
  | { kind: 'limited'; index: number; remainingMicros: number; retryAfterMs: number; resetAt: Date }
  /** Something changed since the caller decided: load again, decide again. `epoch` is null when the ledger holds none. */
  | { kind: 'stale'; epoch: number | null }
  | { kind: 'unavailable'; reason: string };

export type RecordResult = { kind: 'recorded' } | { kind: 'stale'; epoch: number | null } | { kind: 'unavailable'; reason: string };
export type EpochResult = { kind: 'current' } | { kind: 'stale'; epoch: number | null } | { kind: 'unavailable'; reason: string };

export interface CounterState {
  usedMicros: number;
  /** When the oldest charge leaves the window; null when there is none. */
  nextFreeAt: Date | null;
}

/** All amounts of time come from the ledger's own clock (Redis TIME, or one process's monotonic clock), never from the callers'. */
export interface Ledger {
  readonly kind: 'redis' | 'embedded';
  /** Compares the epoch, charges all or nothing, records the intent durably. Resolves only when that is done. */
  admit(request: AdmitRequest): Promise<AdmitResult>;
  /** Records a complete fact (a refusal). With an epoch it is also compared: a refusal from an old policy is not given. */
  record(facts: AuditFacts, epoch: number | null): Promise<RecordResult>;
  /** For requests that are neither charged nor recorded (tools/list, initialize): is this still the epoch? */
  checkEpoch(organizationId: string, epoch: number): Promise<EpochResult>;
  /** Records how an admitted call ended; with `refund`, gives its charges back (only when not one byte was sent upstream). */
  settle(call: { organizationId: string; callId: string; charges: Charge[]; end: CallEnd; refund: boolean }): Promise<void>;
  /** Reads counters without charging them. */
  read(organizationId: string, charges: Pick<Charge, 'key' | 'windowMs'>[]): Promise<CounterState[]>;
  /** Tells the ledger an organization's epoch; a smaller one than it holds is ignored. Rejects when it cannot be told. */
  publishEpoch(organizationId: string, epoch: number): Promise<void>;
  /** Resolves when the ledger answers; rejects otherwise. */
  ping(): Promise<void>;
  /** Flushes what is waiting and ends the connections. */
  close(): Promise<void>;
}

/** What the control plane needs of a ledger. */
export type EpochPublisher = Pick<Ledger, 'publishEpoch'>;
