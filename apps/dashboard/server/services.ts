import 'server-only';
import { createDatabase } from '@toolgate/db/database';
import { jobsConnection } from '@toolgate/jobs/connection';
import { createProducers } from '@toolgate/jobs/producers';
import { createEpochPublisher } from '@toolgate/ledger/create';
import type { Services } from '@toolgate/services/context';
import { PUBLISH_ANSWER_MS } from '@toolgate/services/publish-epoch';
import { parseKeyRing } from '@toolgate/services/secret/key-ring';
import { env } from '../env';

// Kept on the global object: Next loads modules more than once, connections are to be opened once.
const kept = globalThis as unknown as { toolgateServices?: Services };

/** Everything that business verbs need, built from the environment when first asked for. */
export function services(): Services {
  kept.toolgateServices ??= build();
  return kept.toolgateServices;
}

function build(): Services {
  const { DATABASE_URL, REDIS_URL, QUEUE_DATABASE_URL, TOOLGATE_KEYS, ledger } = env();
  const connection = jobsConnection({ REDIS_URL, QUEUE_DATABASE_URL });
  if (!connection) throw new Error('There is no place for jobs: set REDIS_URL or QUEUE_DATABASE_URL.');
  return {
    db: createDatabase(DATABASE_URL),
    epochs: createEpochPublisher({ kind: ledger, redisUrl: REDIS_URL, answerMs: PUBLISH_ANSWER_MS }),
    jobs: createProducers(connection),
    keyRing: parseKeyRing(TOOLGATE_KEYS),
    now: () => new Date(),
  };
}
