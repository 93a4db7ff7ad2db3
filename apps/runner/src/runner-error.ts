/** Why the runner cannot serve, for the gateway and the person who reads its answer. */
export class RunnerError extends Error {
  /** A JSON-RPC code outside the ranges that JSON-RPC and MCP reserve. */
  readonly code = -31_000;
  readonly kind: RunnerFault;
  readonly retryAfterMs: number | undefined;

  constructor(kind: RunnerFault, message: string, retryAfterMs?: number) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** `not_configured`: a secret is missing or cannot be opened. `crashed`: waits before the next start. `busy`: too much at once. */
export type RunnerFault = 'not_configured' | 'crashed' | 'busy';
