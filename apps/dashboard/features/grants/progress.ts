/** What the gateway has seen of a grant. Times are ISO 8601. */
export interface GrantProgress {
  lastUsedAt: string | null;
  /** What the client said it is. */
  client: string | null;
  /** The newest call. */
  call: { seq: number; at: string; tool: string | null; decision: string | null; outcome: string | null; message: string | null } | null;
}
