/** Sessions at organizations' URLs that this process has to know more of than their tokens say: those that were ended, and their streams. */
import { Lru } from '../directory/lru.ts';

export interface JoinedSessions {
  isEnded(id: string): boolean;
  /** From now on it is not known any more, and its streams end. */
  end(id: string): void;
  /** @returns a function that forgets the stream. */
  addStream(id: string, stop: () => void): () => void;
}

const MAX_ENDED = 20_000;

export function createJoinedSessions(): JoinedSessions {
  const ended = new Lru<string, true>(MAX_ENDED);
  const streams = new Map<string, Set<() => void>>();
  return {
    isEnded: (id) => ended.get(id) === true,
    end(id) {
      ended.set(id, true);
      for (const stop of streams.get(id) ?? []) stop();
    },
    addStream(id, stop) {
      const open = streams.get(id) ?? new Set();
      streams.set(id, open.add(stop));
      return () => {
        open.delete(stop);
        if (open.size === 0 && streams.get(id) === open) streams.delete(id);
      };
    },
  };
}
