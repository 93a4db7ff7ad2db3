/** Whether a server is worth trying: one that keeps failing is left alone for a moment, so that its callers are told at once. */
export interface Circuit {
  /** Milliseconds until it is tried again; 0: go ahead. Of several callers after a pause only one goes ahead, and its end decides. */
  wait(): number;
  /** It answered, in whatever way. */
  worked(): void;
  /** It could not be reached, or did not answer in time. */
  failed(): void;
  /** The caller that went ahead learned nothing about it. */
  abandoned(): void;
}

const FAILURES = 5;
/** Short: a server that is back is to be noticed within five seconds. */
export const OPEN_MS = 3000;

/** @param now milliseconds of a monotonic clock. */
export function createCircuit(now: () => number = () => performance.now()): Circuit {
  let failures = 0;
  let closedUntil = 0;
  let trying = false;
  return {
    wait() {
      if (failures < FAILURES) return 0;
      const left = closedUntil - now();
      if (left > 0) return Math.ceil(left);
      if (trying) return OPEN_MS;
      trying = true;
      return 0;
    },
    worked() {
      failures = 0;
      trying = false;
    },
    failed() {
      trying = false;
      if (++failures >= FAILURES) closedUntil = now() + OPEN_MS;
    },
    abandoned() {
      trying = false;
    },
  };
}
