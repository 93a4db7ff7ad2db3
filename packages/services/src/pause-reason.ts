import { nameOf } from './fields.ts';

/** Why something is paused, for everybody who sees that it is. */
export const PauseReason = nameOf(200).optional();

/** What a pause leaves on the row: when, by whom, why. */
export const pausedNow = (at: Date, by: string, reason: string | undefined) => ({
  pausedAt: at,
  pausedBy: by,
  pauseReason: reason ?? null,
});

export const notPaused = { pausedAt: null, pausedBy: null, pauseReason: null };

/** Of the change's audit event: what changed, and the reason, where one was given. */
export const reasonFacts = (reason: string | undefined) => ({
  before: { paused: false },
  after: { paused: true, ...(reason === undefined ? {} : { reason }) },
});
