/**
 * Loaded before the conformance suite in its process: it gives up on some answers after half a second, which a busy machine may need.
 * What it does at certain times, and what it waits for anyway, stays as it is.
 */
const TIMES = 6;
const GIVES_UP = /\.(?:abort|cancel)\(/;

const { setTimeout: wait } = globalThis;

globalThis.setTimeout = Object.assign(
  (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    wait(callback, GIVES_UP.test(String(callback)) ? ms * TIMES : ms, ...args),
  wait,
) as typeof setTimeout;
