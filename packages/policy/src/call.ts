/** What the policy knows of a tool. `state`: pinned definition (active), new or changed (quarantined), gone (removed), never seen (unknown). */
export interface PolicyTool {
  name: string;
  category: string;
  risk: string;
  annotations: Record<string, unknown>;
  state: 'active' | 'quarantined' | 'removed' | 'unknown';
}

export type Paused = null | 'organization' | 'server' | 'grant';

/** Everything a decision depends on, besides the document. */
export interface PolicyCall {
  tool: PolicyTool;
  /** The arguments as parsed from JSON. */
  args: unknown;
  grant: { label: string; tags: string[] };
  client: { name: string | null };
  paused: Paused;
  /** A valid approval for exactly this call was presented. */
  approved?: boolean;
}
