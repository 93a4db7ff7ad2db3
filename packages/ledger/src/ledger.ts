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
  /** Endings after which it is given back although the call was sent; absent: none. */
  refundOn?: readonly 'tool_error'[];
  /** With it, `admit` records the refusal itself when the counter is full. */
  refusal?: RefusalText;
}

/** A place among the calls in flight. Taken by `admit`, given back by `settle`, or by the ledger when its time is over. */
export interface Lease {
  /** `{scope}:{scope id}:{name}`, unique within the organization; a call takes one place of it, however often it is named. */
  key: string;
  max: number;
  /** The call's deadline: a gateway that died holds it no longer than this. */
  ttlMs: number;
  /** Absent: `deny`. */
  onUnavailable?: 'deny' | 'allow';
  refusal?: RefusalText;
}

/** What the audit log says of a call that this limit refused, but for the numbers, which only the ledger knows. */
export interface RefusalText {
  message: string;
  /** RFC 6901 pointer of the limit. */
  rule: string;
  counter: string;
  scope: string;
  /** In the limit's own unit. */
  max: number;
  /** Of a limit that is only counted: the version in its shadow period that it is of; absent: the version in force. */
  shadowVersion?: number;
}

export interface AdmitRequest {
  organizationId: string;
  /** The epoch under which the caller decided. */
  epoch: number;
  charges: Charge[];
  leases?: Lease[];
  /** Limits of shadow rules: counted apart from the others, all or nothing among themselves; they refuse nobody. */
  shadow?: Charge[];
  shadowLeases?: Lease[];
  callId: string;
  /** Of the allowed call. */
  facts: AuditFacts;
}

export type AdmitResult =
  | {
      kind: 'admitted';
      /** The first of `shadow`, followed by `shadowLeases`, that had no room: the call would have been refused. Null: all had. */
      shadowFull: number | null;
      /** The ledger could not be reached and every limit allows it then: nothing was counted, the intent is in PostgreSQL. */
      uncounted: boolean;
    }
  /** The charge, or the lease, at this index had no room; nothing was taken. */
  | {
      kind: 'limited';
      of: 'charge' | 'lease';
      index: number;
      remainingMicros: number;
      retryAfterMs: number;
      resetAt: Date;
      /** The refusal is in the audit log already: what was full has a `refusal`. */
      recorded: boolean;
    }
  /** Something changed since the caller decided: load again, decide again. `epoch` is null when the ledger holds none. */
  | { kind: 'stale'; epoch: number | null }
  | { kind: 'unavailable'; reason: string };

export type RecordResult = { kind: 'recorded' } | { kind: 'stale'; epoch: number | null } | { kind: 'unavailable'; reason: string };
export type EpochResult = { kind: 'current' } | { kind: 'stale'; epoch: number | null } | { kind: 'unavailable'; reason: string };

/** An admitted call that has ended. */
export interface SettleRequest {
  organizationId: string;
  callId: string;
  charges: Charge[];
  leases?: Lease[] | undefined;
  shadow?: Charge[] | undefined;
  shadowLeases?: Lease[] | undefined;
  end: CallEnd;
  /** Not one byte was sent upstream: all its charges are given back. Else those whose `refundOn` names its outcome. */
  refund: boolean;
}

export interface CounterState {
  usedMicros: number;
  /** When the oldest charge leaves the window; null when there is none. */
  nextFreeAt: Date | null;
}

/** All amounts of time come from the ledger's own clock (Redis TIME, or one process's monotonic clock), never from the callers'. */
export interface Ledger {
  readonly kind: 'redis' | 'embedded';
  /** Compares the epoch, takes every charge and lease or none, records the intent durably. Resolves only when that is done. */
  admit(request: AdmitRequest): Promise<AdmitResult>;
  /** Records a complete fact (a refusal). With an epoch it is also compared: a refusal from an old policy is not given. */
  record(facts: AuditFacts, epoch: number | null): Promise<RecordResult>;
  /** For requests that are neither charged nor recorded (tools/list, initialize): is this still the epoch? */
  checkEpoch(organizationId: string, epoch: number): Promise<EpochResult>;
  /** Records how an admitted call ended, frees its leases and gives charges back. While the ledger is away this waits, and is done later. */
  settle(call: SettleRequest): Promise<void>;
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
