import 'server-only';
import type { CounterReader } from '@toolgate/ledger/counter-reader';
import { createCounterReader } from '@toolgate/ledger/create';
import { env } from '../env';
import { services } from './services';

// Kept on the global object: Next loads modules more than once, connections are to be opened once.
const kept = globalThis as unknown as { toolgateCounters?: CounterReader };

/** What limits in use are read from. */
export function counters(): CounterReader {
  const { ledger, REDIS_URL } = env();
  kept.toolgateCounters ??= createCounterReader({ kind: ledger, redisUrl: REDIS_URL, pool: services().db.pool });
  return kept.toolgateCounters;
}
