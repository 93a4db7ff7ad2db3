/** Chooses the ledger of a process. */
import type pg from 'pg';
import type { CounterReader } from './counter-reader.ts';
import { createEmbeddedLedger } from './embedded/embedded-ledger.ts';
import { createRecordedCounterReader } from './embedded/recorded-counter-reader.ts';
import type { EpochPublisher, Ledger } from './ledger.ts';
import { createRedisCounterReader } from './redis/redis-counter-reader.ts';
import { createRedisEpochPublisher, createRedisLedger } from './redis/redis-ledger.ts';

export type LedgerKind = Ledger['kind'];

export interface LedgerOptions {
  kind: LedgerKind;
  /** Required by `redis`. */
  redisUrl?: string | undefined;
  /** Of a Database whose role is toolgate_app. */
  pool: pg.Pool;
  /** The id of this process's GatewayProcess row: intents of a gateway that is gone become `unknown`. */
  gatewayId: string;
  /** How long a caller waits for a store that does not answer; 750 unless said otherwise. */
  answerMs?: number | undefined;
}

/** The gateway's ledger. An embedded one needs `claimEmbeddedLedger` first: it counts in this process only. */
export function createLedger({ kind, redisUrl, pool, gatewayId, answerMs }: LedgerOptions): Ledger {
  if (kind === 'embedded') return createEmbeddedLedger({ pool, gatewayId, answerMs });
  return createRedisLedger({ url: needed(redisUrl), pool, gatewayId, answerMs });
}

/** What the control plane tells epochs with; with the embedded ledger the Organization row itself is what gateways read. */
export function createEpochPublisher(options: {
  kind: LedgerKind;
  redisUrl?: string | undefined;
  answerMs?: number | undefined;
}): EpochPublisher & { close(): Promise<void> } {
  if (options.kind === 'redis') return createRedisEpochPublisher(needed(options.redisUrl), options.answerMs);
  return { publishEpoch: async () => {}, close: async () => {} };
}

/** What limits in use are shown from. An embedded ledger is in the gateway's process: its recorded calls are read instead. */
export function createCounterReader({ kind, redisUrl, pool, answerMs }: Omit<LedgerOptions, 'gatewayId'>): CounterReader {
  return kind === 'redis'
    ? createRedisCounterReader(needed(redisUrl), answerMs)
    : createRecordedCounterReader(pool, answerMs === undefined ? {} : { patienceMs: answerMs });
}

function needed(redisUrl: string | undefined): string {
  if (!redisUrl) throw new Error('Set REDIS_URL: the ledger is on Redis.');
  return redisUrl;
}
