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
  /** What would have been decided, were shadow rules enforced; absent when that is the same. */
  shadow?: { effect: DecisionEffect; code: DecisionCode; rule: string | null; message: string };
  /** Limits of shadow rules: to be counted by who wants to know, never enforced. */
  shadowCharges?: PolicyCharge[];
  /** Of a pending call. */
  approval?: { timeoutMs: number; approvals: number };
  /** Of a full counter; absent when waiting does not help. */
  limit?: LimitState;
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
  /** What the limit is on, for its message: a tool's name, a glob, or "all tools". */
  subject: string;
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
