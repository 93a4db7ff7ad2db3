/** What was decided about a call. */
export const DECISIONS = ['allowed', 'approved', 'limited', 'denied', 'pending', 'expired', 'rejected', 'unauthenticated'] as const;
/** How an allowed call ended. `unknown`: the gateway was gone before it could say. */
export const OUTCOMES = ['ok', 'tool_error', 'upstream_error', 'timeout', 'client_gone', 'unknown'] as const;

export type CallDecision = (typeof DECISIONS)[number];
export type CallOutcome = (typeof OUTCOMES)[number];
