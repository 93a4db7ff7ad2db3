import type { PolicyTool } from './call.ts';

/** A call as the audit log has it: everything that a decision depends on, mostly but for the values of its arguments. */
export interface RecordedCall {
  /** ms since 1970 when the ledger admitted it; of a refused one, when it was received. */
  at: number;
  /** How long it took; null: it did not run, or nobody knows. */
  latencyMs: number | null;
  /** Its charges were given back when it ended. */
  refunded: boolean;
  method: string;
  /** Of a tools/call: what is known of the tool today. */
  tool: Omit<PolicyTool, 'state'> | null;
  /** The tool's category, risk and annotations are not known any more. */
  toolForgotten?: boolean;
  /** Names of its arguments; null: not recorded. */
  argumentKeys: readonly string[] | null;
  /** Whether these are all of them. */
  keysComplete: boolean;
  /** The arguments whose values are known, exactly as they were: those of a server that captures them. */
  args?: Readonly<Record<string, unknown>>;
  /** Size of the whole request; null: not recorded. */
  requestBytes: number | null;
  grant: { id: string; label: string; tags: string[] };
  serverId: string;
  /** Name and version, with a space between; null: it did not say. */
  client: string | null;
  was: 'passes' | 'asks' | 'refused';
  /** A person had approved exactly this call. */
  approved: boolean;
  /** It was refused before the policy was looked at. */
  beforePolicy: boolean;
}
