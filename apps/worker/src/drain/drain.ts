/** The audit drain: from the ledger and the control plane into the hash chains, within milliseconds, each record exactly once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { StreamDrain } from './drain-streams.ts';
import { TableDrain } from './drain-table.ts';
import { RecordSignal } from './record-signal.ts';
import { ShardStreams } from './shard-streams.ts';
import { sweepUnknown } from './sweep-unknown.ts';

export interface DrainOptions {
  /** Of the role toolgate_worker; three connections are kept. */
  pool: pg.Pool;
  /** With it, the shards' streams are drained too. */
  redisUrl?: string | undefined;
  /** Signs checkpoints; without it there are none. */
  signer?: Signer | null;
  log(line: string): void;
  /** A gateway that has not been seen for so long is gone. Default 20 s. */
  goneAfterMs?: number;
  /** Records of one transaction at most. */
  batch?: number;
}

const BATCH = 24_000;

export interface Drain {
  /** Finishes the batch under way, then stops. */
  stop(): Promise<void>;
}

interface Source {
  name: string;
  /** It was read to its end the last time. */
  upToDate: boolean;
  /** Since when reading has not failed, ms since 1970. */
  healthySince: number;
  /** When it was read the last time, ms since 1970. */
  readAt: number;
}

const newSource = (name: string): Source => ({ name, upToDate: false, healthySince: Number.POSITIVE_INFINITY, readAt: 0 });

const LOOK_MS = 1000;
const RETRY_MS = 500;
const SWEEP_MS = 5000;
const NOTE_MS = 5000;

/** Runs until it is stopped; a store that is away is tried again twice a second. */
export function startDrain({ pool, redisUrl, signer = null, log, goneAfterMs = 20_000, batch = BATCH }: DrainOptions): Drain {
  const signal = new RecordSignal(pool);
  const streams = redisUrl ? new ShardStreams(redisUrl) : null;
  const stopping = new AbortController();
  const sources: Source[] = [];

  /** Repeats `step` (true: there is nothing left) until the drain is stopped. */
  async function loop(source: Source, step: () => Promise<boolean>): Promise<void> {
    sources.push(source);
    let told = '';
    while (!stopping.signal.aborted) {
      try {
        source.upToDate = await step();
        source.readAt = Date.now();
        source.healthySince = Math.min(source.healthySince, source.readAt);
        told = '';
      } catch (error) {
        if (stopping.signal.aborted) return;
        Object.assign(source, { upToDate: false, healthySince: Number.POSITIVE_INFINITY });
        const reason = (error as Error).message;
        if (reason !== told) log(`Draining the audit ${source.name} failed and is tried again: ${reason}`);
        told = reason;
        await sleep(RETRY_MS, null, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  const tableDrain = new TableDrain(pool, { signer, batch });
  const table = loop(newSource('table'), async () => {
    await signal.next(LOOK_MS);
    while (!stopping.signal.aborted && (await tableDrain.drain()) > 0);
    return true;
  });
  const streamDrain = streams && new StreamDrain(pool, streams, { signer, batch, log });
  const stream = streamDrain && loop(newSource('streams'), () => streamDrain.drain(LOOK_MS));
  // A gateway may look gone because PostgreSQL was away for both: it gets as long as it has to be seen again.
  const sweep = setInterval(
    () => {
      if (!sources.every((source) => source.upToDate && Date.now() - source.healthySince >= goneAfterMs)) return;
      sweepUnknown(pool, goneAfterMs, signer).catch((error: Error) => log(`Looking for calls of lost gateways failed: ${error.message}`));
    },
    Math.min(SWEEP_MS, goneAfterMs),
  );

  // Whoever looks at the log is told when nobody writes it.
  const note = setInterval(() => {
    if (sources.every(({ readAt }) => Date.now() - readAt < NOTE_MS)) pool.query(NOTE).catch(() => {});
  }, NOTE_MS);

  return {
    stop: async () => {
      stopping.abort();
      clearInterval(sweep);
      clearInterval(note);
      signal.raise();
      streams?.interrupt();
      await Promise.all([table, stream]);
      signal.close();
      streams?.close();
    },
  };
}

const NOTE = `INSERT INTO "AuditInstallation" (id, "drainedAt") VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET "drainedAt" = excluded."drainedAt"`;
