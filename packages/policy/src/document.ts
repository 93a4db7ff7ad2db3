import type { Operator } from './operator.ts';

/**
 * A policy document in its one normal form: every dialect and every default written out. `pointer` is always the RFC 6901 pointer of
 * what the user wrote, so that a decision can name the line of the document as saved.
 */
export interface PolicyDocument {
  version: '1';
  default: 'deny' | 'allow';
  mode: PolicyMode;
  /** Names or globs, in document order. */
  hide: string[];
  /** By method name or glob, in document order. */
  methods: ReadonlyMap<string, 'allow' | 'deny'>;
  allTools: PolicyRule | null;
  /** By exact name or glob, in document order. A Map: `__proto__` is a name like any other. */
  tools: ReadonlyMap<string, PolicyRule>;
}

export type PolicyMode = 'enforce' | 'shadow';
export type PolicyScope = 'grant' | 'server' | 'organization';

export interface PolicyRule {
  pointer: string;
  action: 'allow' | 'deny' | 'hide';
  reason: string | null;
  require: PolicyEntry[];
  denyIf: PolicyEntry[];
  approveIf: PolicyApproval[];
  limits: PolicyLimit[];
  concurrency: PolicyConcurrency[];
  mode: PolicyMode;
}

/** Conditions that hold together. */
export interface PolicyEntry {
  pointer: string;
  conditions: PolicyCondition[];
  /** What the caller is told; null: a sentence is made. */
  message: string | null;
}

export interface PolicyApproval extends PolicyEntry {
  timeoutMs: number;
  approvals: number;
  /** Whoever made the grant may not approve. */
  excludeRequester: boolean;
}

export interface PolicyCondition {
  pointer: string;
  path: string;
  op: Operator;
  /** A JSON value. */
  value: unknown;
  /** Null: the default of where it stands (`every` in require, `some` elsewhere). */
  match: 'every' | 'some' | null;
}

/** At most `max` in any rolling window of `windowMs`. */
export interface PolicyLimit {
  pointer: string;
  counter: string;
  windowMs: number;
  max: number;
  maxMicros: number;
  scope: PolicyScope;
  /** Path of the argument whose value is added; null: every call counts as one. */
  by: string | null;
  onUnavailable: 'deny' | 'allow';
  refundOn: 'tool_error'[];
}

/** At most this many calls in flight. */
export interface PolicyConcurrency {
  pointer: string;
  concurrency: number;
  scope: PolicyScope;
}
