import type { RecordedEffect } from './recorded-effect.ts';

/** A call of the log, as far as it can be tried again. */
export interface RecordedCall {
  seq: number;
  /** ISO 8601 in UTC. */
  at: string;
  tool: string;
  serverId: string | null;
  server: string | null;
  grantId: string | null;
  grant: string | null;
  client: string | null;
  decided: {
    /** As the log names it: `allowed`, `limited`. */
    decision: string;
    effect: RecordedEffect | null;
    code: string | null;
    rule: string | null;
    message: string | null;
    /** Of which policy; null: none decided. */
    policy: { name: string; version: number /** Of the page of that version. */; href: string | null } | null;
  };
  /** Top-level names of its arguments; null: not recorded. */
  argumentNames: string[] | null;
  /** The values are kept, sealed. */
  kept: boolean;
  mayReadValues: boolean;
}

/** What `?call=` asks for. */
export type AskedCall = { ok: true; call: RecordedCall } | { ok: false; problem: string };
