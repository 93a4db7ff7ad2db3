import type { PolicyLimit, PolicyScope } from './document.ts';

/** In the order of the decision procedure; the order is part of the language. */
export const DECISION_CODES = [
  'paused',
  'no_policy',
  'policy_unreadable',
  'tool_quarantined',
  'hidden',
  'default_deny',
  'denied',
  'requirement_not_met',
  'deny_if_matched',
  'approval_required',
  'limit_reached',
  'allowed',
] as const;
export type DecisionCode = (typeof DECISION_CODES)[number];
export type DecisionEffect = 'allow' | 'deny' | 'limit' | 'pending';

export interface Decision {
  effect: DecisionEffect;
  code: DecisionCode;
  /** One plain sentence for the caller, usually an AI agent. */
  message: string;
  /** RFC 6901 pointer into the document as saved; null when no line of it decided. */
  rule: string | null;
  trace: TraceStep[];
  /** What an allowed call takes from its counters, all or nothing. Empty unless allowed. */
  charges: PolicyCharge[];
  /** The calls in flight that an allowed call must find room among, together with its charges, all or nothing. Empty unless allowed. */
  leases: PolicyLease[];
  /**
   * What would have been decided, were shadow rules enforced; absent when that is the same. With a version: what that version, which is in
   * its shadow period, would have decided (decide-beside.ts).
   */
  shadow?: { effect: DecisionEffect; code: DecisionCode; rule: string | null; message: string; version?: number };
  /**
   * Limits of shadow rules: to be counted apart from the enforced ones, never to refuse. Only of an allowed call that no shadow rule has
   * refused already: that one would not have come to its limits.
   */
  shadowCharges?: PolicyCharge[];
  /** Likewise of calls in flight. */
  shadowLeases?: PolicyLease[];
  /** Of a pending call. */
  approval?: { timeoutMs: number; approvals: number; excludeRequester?: true };
  /** Of a full counter; absent when waiting does not help. */
  limit?: LimitState;
  /** Of a full number of calls in flight: the same call may pass as soon as one of them ends; when that is, nobody knows. */
  lease?: { key: string; scope: PolicyScope; max: number };
}

export interface TraceStep {
  step: string;
  result: string;
  /** RFC 6901 pointer of what was looked at. */
  rule?: string;
  note?: string;
}

/** What one counter takes for one call. Several limits of a call that name one counter are one charge. */
export interface PolicyCharge {
  limit: PolicyLimit;
  counter: string;
  scope: PolicyScope;
  windowMs: number;
  /** In millionths; a call that counts as one is 1 000 000. Never more than `maxMicros`. */
  amountMicros: number;
  maxMicros: number;
  /** RFC 6901 pointer of the limit as saved. */
  rule: string;
  onUnavailable: 'deny' | 'allow';
  /** What, besides a call of which not one byte was sent, gives it back: each only if every limit of the charge says so. */
  refundOn: 'tool_error'[];
  /** What the limit is on, for its message: a tool's name, a glob, or "all tools". */
  subject: string;
}

/** At most `max` calls in flight: one is taken when a call is admitted, and given back when it ends. */
export interface PolicyLease {
  /** Unique within its scope; made of the name of its rule, so that all tools of one rule share it. */
  key: string;
  scope: PolicyScope;
  max: number;
  /** RFC 6901 pointer of the limit as saved. */
  rule: string;
  /** As of a charge. */
  subject: string;
  onUnavailable: 'deny';
}

export interface LimitState {
  counter: string;
  scope: PolicyScope;
  max: number;
  remaining: number;
  retryAfterMs: number;
  /** ISO 8601. */
  resetAt: string;
}
