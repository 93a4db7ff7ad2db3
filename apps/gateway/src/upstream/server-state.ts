/** What is learned of a server while it is used. It outlives the directory's entries, but not another address or credential. */

import { type Circuit, createCircuit } from '@toolgate/egress/upstream/circuit';
import type { OpenFailure, OwnSession } from '@toolgate/egress/upstream/own-session';
import type { ServerEntry } from '../directory/entries.ts';
import { Lru } from '../directory/lru.ts';

export interface ServerState {
  circuit: Circuit;
  era: LearnedEra;
  /** Sessions that the gateway itself opened for callers who have none, by grant: one never serves two grants. */
  sessions: Map<string, Promise<OwnSession | OpenFailure>>;
}

export interface LearnedEra {
  /** Whether it answers requests of 2026-07-28. Null: it has not been asked. */
  stateless: boolean | null;
  /** Whether it opens sessions. True until it has refused one. */
  sessions: boolean;
  /** When `stateless` is to be asked anew, and when it was asked last, by performance.now(). */
  until: number;
  askedAt: number;
  /** While it is being asked. */
  asking: Promise<unknown> | null;
}

const MAX_SERVERS = 20_000;

export interface ServerStates {
  of(organizationId: string, server: ServerEntry): ServerState;
  /** Every state that is remembered. */
  all(): Iterable<ServerState>;
}

export function createServerStates(): ServerStates {
  const states = new Lru<string, ServerState>(MAX_SERVERS);
  return {
    of(organizationId, server) {
      const key = keyOf(organizationId, server);
      const known = states.get(key);
      if (known) return known;
      const state: ServerState = {
        circuit: createCircuit(),
        era: { stateless: null, sessions: true, until: 0, askedAt: 0, asking: null },
        sessions: new Map(),
      };
      states.set(key, state);
      return state;
    },
    all: () => states.values(),
  };
}

/** What another credential sees may be another server: nothing of the old one is taken over. */
function keyOf(organizationId: string, { id, url, secrets }: ServerEntry): string {
  const credentials = secrets.map(({ id, ciphertext }) => `${id}:${Buffer.from(ciphertext.subarray(-16)).toString('base64')}`);
  return JSON.stringify([organizationId, id, url, ...credentials.sort()]);
}
