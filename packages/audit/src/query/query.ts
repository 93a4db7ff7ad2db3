/** What is asked of the audit log: one form for the bar, the facets, the URL, the live tail and the export. */
import type { AuditField } from './fields.ts';

/** All terms must hold. */
export interface AuditQuery {
  terms: AuditTerm[];
}

export type AuditTerm =
  /** One of the patterns is the field's value; `-` turns it round. */
  | { kind: 'value'; field: AuditField; negated: boolean; patterns: Pattern[] }
  /** A number within limits; null is no limit. */
  | { kind: 'range'; field: AuditField; negated: boolean; min: Limit | null; max: Limit | null }
  /** From (`since`) or until when; an age such as `24h`, or a date. */
  | { kind: 'time'; bound: 'since' | 'until'; moment: string }
  /**
   * The call had an argument of this name; with patterns, and one of them is its value, which only captured calls can be asked for.
   * `marks`: what the values are in the log, once the server has worked them out.
   */
  | { kind: 'argument'; negated: boolean; name: string; patterns: Pattern[]; marks?: string[] }
  /** Somewhere in the message or one of the names, whatever the case of the letters. */
  | { kind: 'text'; negated: boolean; text: string };

export interface Limit {
  value: number;
  /** The value itself belongs to it. */
  inclusive: boolean;
}

/** A text with any number of `*`: what stands between them. One part: exactly this text; one empty part: no value at all. */
export type Pattern = string[];

/** A part of a query that has no meaning: it is shown with this, and does not filter. */
export interface QueryProblem {
  /** Where it is in the text, in UTF-16 code units. */
  offset: number;
  length: number;
  message: string;
  /** What it may have been meant to be: takes the place of that part. */
  suggestion?: string;
}
