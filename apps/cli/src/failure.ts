import type { Refusal, Result } from '@toolgate/services/refusal';

/** What went wrong, in one line for the person at the terminal; the command ends with 1. */
export class Failure extends Error {}

/** The command was not understood; it ends with 2. */
export class UsageFailure extends Error {}

/** The value, or the refusal as a Failure. `what` says which part of the command was refused. */
export function accepted<T>(result: { ok: true; value: T } | { ok: false; refusal: Refusal } | Result<T>, what: string): T {
  if (result.ok) return result.value;
  throw new Failure(`${what}: ${result.refusal.message}`);
}
