import { createDatabase, type DatabaseOptions } from '@toolgate/db/database';
import { createProducers } from '@toolgate/jobs/producers';
import { createEpochPublisher, type LedgerKind } from '@toolgate/ledger/create';
import type { Services } from './context.ts';
import { PUBLISH_ANSWER_MS } from './publish-epoch.ts';
import { type KeyRing, parseKeyRing } from './secret/key-ring.ts';

export interface ServicesOptions extends DatabaseOptions {
  /** Of the restricted role `toolgate_app` (of the worker: `toolgate_worker`). */
  databaseUrl: string;
  /** As in TOOLGATE_KEYS, or already read. */
  keys: string | KeyRing;
  /** `answerMs`: how long a change waits for a ledger that does not answer, before it is in force a little later. */
  ledger: { kind: LedgerKind; redisUrl?: string | null | undefined; answerMs?: number };
  /** Where BullMQ keeps its jobs when there is no Redis. */
  queueDatabaseUrl?: string | null | undefined;
}

/** Everything that the business verbs need, once per process. `close` ends its connections. */
export function createServices(options: ServicesOptions): Services & { close(): Promise<void> } {
  const { databaseUrl, keys, ledger, queueDatabaseUrl, ...database } = options;
  const keyRing = typeof keys === 'string' ? parseKeyRing(keys) : keys;
  const redisUrl = ledger.redisUrl ?? undefined;
  if (!redisUrl && !queueDatabaseUrl) throw new Error('Set REDIS_URL or QUEUE_DATABASE_URL: jobs are kept in one of them.');
  const db = createDatabase(databaseUrl, database);
  const epochs = createEpochPublisher({ kind: ledger.kind, redisUrl, answerMs: ledger.answerMs ?? PUBLISH_ANSWER_MS });
  const jobs = createProducers(redisUrl ? { redisUrl } : { databaseUrl: queueDatabaseUrl ?? '' });
  return {
    db,
    epochs,
    jobs,
    keyRing,
    now: () => new Date(),
    close: async () => {
      await Promise.allSettled([jobs.close(), epochs.close()]);
      await db.close();
    },
  };
}
