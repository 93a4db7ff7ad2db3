/** Where each server is and how it is reached: the dispatcher, the address, and the credential that only this folder opens. */
import type { Database } from '@toolgate/db/database';
import { createGuardedDispatcher } from '@toolgate/egress/guarded-dispatcher';
import type { Target as ServerTarget } from '@toolgate/egress/upstream/target';
import { openSecret } from '@toolgate/services/secret/open';
import { Agent } from 'undici';
import type { ServerEntry } from '../directory/entries.ts';
import type { Settings } from '../env.ts';
import { createServerStates, type ServerState, type ServerStates } from './server-state.ts';

export interface Target extends ServerTarget {
  state: ServerState;
}

export type TargetProblem = 'secret_unavailable' | 'upstream_unreachable';

export interface Upstreams {
  target(organizationId: string, server: ServerEntry): Promise<Target | TargetProblem>;
  states: ServerStates;
  close(): Promise<void>;
}

export function createUpstreams(db: Database, settings: Settings): Upstreams {
  const guarded = createGuardedDispatcher({ allow: settings.egressAllow });
  // The runner is this installation's own process, on an address that only the operator chooses.
  const direct = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const states = createServerStates();
  const targets = new WeakMap<ServerEntry, Promise<Target | TargetProblem>>();

  async function open(organizationId: string, server: ServerEntry): Promise<Target | TargetProblem> {
    const state = states.of(organizationId, server);
    if (server.url === null) return managedTarget(organizationId, server.id, state);
    const url = new URL(server.url);
    const headers = await openHeaders(organizationId, server);
    return headers ? { dispatcher: guarded, origin: url.origin, path: url.pathname + url.search, headers, state } : 'secret_unavailable';
  }

  function managedTarget(organizationId: string, serverId: string, state: ServerState): Target | TargetProblem {
    if (!settings.runner) return 'upstream_unreachable';
    const url = new URL(`${settings.runner.url}/${organizationId}/${serverId}/mcp`);
    const headers = { authorization: `Bearer ${settings.runner.token}` };
    return { dispatcher: direct, origin: url.origin, path: url.pathname, headers, state };
  }

  async function openHeaders(organizationId: string, { secrets }: ServerEntry): Promise<Record<string, string> | null> {
    if (secrets.length === 0) return {};
    return db
      .forOrganization(organizationId, async (tx) => {
        const headers: Record<string, string> = {};
        for (const { id, name, ciphertext, keyVersion } of secrets) {
          const place = { organizationId, table: 'ServerSecret', column: 'ciphertext', row: id };
          headers[name.toLowerCase()] = await openSecret(tx, settings.keyRing, place, ciphertext, keyVersion);
        }
        return headers;
      })
      .catch(() => null);
  }

  return {
    target(organizationId, server) {
      const known = targets.get(server);
      if (known) return known;
      const opening = open(organizationId, server);
      targets.set(server, opening);
      // What could not be opened is tried again with the next call.
      opening.then((target) => typeof target === 'string' && targets.delete(server));
      return opening;
    },
    states,
    close: async () => {
      await Promise.all([guarded.destroy(), direct.destroy()]);
    },
  };
}
