import { classNames } from '../class-names';

/** `behind`: connected, but what happened lately has not reached the log. */
export type LiveState = 'live' | 'behind' | 'connecting' | 'reconnecting' | 'paused';

/** Looks live only while it is: the pulse stops when the connection does, and the word says so. */
export function LiveDot({ state, word = state }: { state: LiveState; word?: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 text-muted text-xs" data-live={state}>
      <span
        aria-hidden="true"
        className={classNames(
          'size-1.5 rounded-full',
          state === 'live' ? 'animate-pulse-dot bg-allowed' : state === 'paused' ? 'bg-line-strong' : 'bg-limited',
        )}
      />
      {word}
    </span>
  );
}
