/** Forwards the audit log: every event of an organization to each of its sinks, in order, at least once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@toolgate/db/database';
import type { KeyRing } from '@toolgate/services/secret/key-ring';
import { openSecret } from '@toolgate/services/secret/open';
import { RecordSignal } from '../drain/record-signal.ts';
import { type ClaimedSink, claimSinks } from './claim-sinks.ts';
import { serveSink } from './serve-sink.ts';
import type { Outlet } from './sink.ts';

export interface SinksOptions {
  /** Of the role toolgate_worker; one connection is kept. */
  db: Database;
  keyRing: KeyRing;
  outlet: Outlet;
  log(line: string): void;
}

export interface Sinks {
  /** Finishes the deliveries under way, then stops. */
  stop(): Promise<void>;
}

const AT_ONCE = 8;
const LOOK_MS = 1000;
/** Events that come one by one go together. */
const GATHER_MS = 100;
const RETRY_MS = 1000;

export function startSinks({ db, keyRing, outlet, log }: SinksOptions): Sinks {
  const stopping = new AbortController();
  const signal = new RecordSignal(db.pool, ['toolgate_audit', 'toolgate_sinks']);
  const serving = new Set<Promise<void>>();

  const open = ({ organizationId, id, ciphertext, keyVersion }: ClaimedSink): Promise<string | null> => {
    if (!ciphertext || keyVersion === null) return Promise.resolve(null);
    const place = { organizationId, table: 'AuditSink', column: 'ciphertext', row: id };
    return db.forOrganization(organizationId, (tx) => openSecret(tx, keyRing, place, ciphertext, keyVersion));
  };
  const serve = (sink: ClaimedSink) => {
    const done = serveSink({ pool: db.pool, outlet, open }, sink, stopping.signal)
      .catch((error: Error) => log(`Forwarding the audit log to ${sink.id} failed and is tried again: ${error.message}`))
      .finally(() => {
        serving.delete(done);
        signal.raise();
      });
    serving.add(done);
  };

  const running = (async () => {
    let told = false;
    while (!stopping.signal.aborted) {
      try {
        await signal.next(LOOK_MS);
        if (stopping.signal.aborted) return;
        if (serving.size < AT_ONCE) for (const sink of await claimSinks(db.pool, AT_ONCE - serving.size)) serve(sink);
        told = false;
        await sleep(GATHER_MS, null, { signal: stopping.signal }).catch(() => {});
      } catch (error) {
        if (!told) log(`Forwarding the audit log failed and is tried again: ${(error as Error).message}`);
        told = true;
        await sleep(RETRY_MS, null, { signal: stopping.signal }).catch(() => {});
      }
    }
  })();

  return {
    stop: async () => {
      stopping.abort();
      signal.raise();
      await running;
      await Promise.all(serving);
      signal.close();
    },
  };
}
