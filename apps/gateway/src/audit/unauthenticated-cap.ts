/** Keeps requests without a valid token from flooding an organization's audit log. */
export interface UnauthenticatedCap {
  /** Null: do not record this one. Else record it, and say how many before it were not. */
  take(organizationId: string): { unrecorded: number } | null;
  /** So many were to be recorded or told of, and were not: a later event tells of them. */
  missed(organizationId: string, count: number): void;
}

const PER_SECOND = 20;
const MAX_ORGANIZATIONS = 10_000;

interface Second {
  second: number;
  recorded: number;
  unrecorded: number;
}

/** @param now milliseconds of a monotonic clock. */
export function createUnauthenticatedCap(now: () => number = () => performance.now()): UnauthenticatedCap {
  const seconds = new Map<string, Second>();
  return {
    take(organizationId) {
      const second = Math.floor(now() / 1000);
      let state = seconds.get(organizationId);
      if (!state) {
        if (seconds.size >= MAX_ORGANIZATIONS) seconds.delete(seconds.keys().next().value as string);
        state = { second, recorded: 0, unrecorded: 0 };
        seconds.set(organizationId, state);
      }
      if (state.second !== second) Object.assign(state, { second, recorded: 0 });
      if (state.recorded >= PER_SECOND) {
        state.unrecorded++;
        return null;
      }
      state.recorded++;
      const { unrecorded } = state;
      state.unrecorded = 0;
      return { unrecorded };
    },
    missed(organizationId, count) {
      const state = seconds.get(organizationId);
      if (state) state.unrecorded += count;
    },
  };
}
