import { createDatabase } from '@toolgate/db/database';
import { createProducers } from '@toolgate/jobs/producers';
import { createEpochPublisher, type LedgerKind } from '@toolgate/ledger/create';
import type { Services } from './context.ts';
import { type KeyRing, parseKeyRing } from './secret/key-ring.ts';

export interface ServicesOptions {
  /** Of the restricted role `toolgate_app` (of the worker: `toolgate_worker`). */
  databaseUrl: string;
  /** As in TOOLGATE_KEYS, or already read. */
  keys: string | KeyRing;
  ledger: { kind: LedgerKind; redisUrl?: string | null | undefined };
  /** Where BullMQ keeps its jobs when there is no Redis. */
  queueDatabaseUrl?: string | null | undefined;
  /** Connections to the database at most. */
  max?: number;
}

/** Everything that the business verbs need, once per process. `close` ends its connections. */
export function createServices(options: ServicesOptions): Services & { close(): Promise<void> } {
  const { databaseUrl, keys, ledger, queueDatabaseUrl, max } = options;
  const keyRing = typeof keys === 'string' ? parseKeyRing(keys) : keys;
  const redisUrl = ledger.redisUrl ?? undefined;
  if (!redisUrl && !queueDatabaseUrl) throw new Error('Set REDIS_URL or QUEUE_DATABASE_URL: jobs are kept in one of them.');
  const db = createDatabase(databaseUrl, max === undefined ? {} : { max });
  const epochs = createEpochPublisher({ kind: ledger.kind, redisUrl });
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
