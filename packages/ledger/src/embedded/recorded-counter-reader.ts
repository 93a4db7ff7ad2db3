import type pg from 'pg';
import type { CounterReader, CounterReading } from '../counter-reader.ts';
import { inReadTransaction } from '../in-read-transaction.ts';
import { recordedCharges } from '../recorded-charges.ts';
import { recordedLeases } from '../recorded-leases.ts';

/** A window in which very many calls were recorded takes longer than somebody who looks on should wait: then it is not known. */
const PATIENCE_MS = 1500;

/** What PostgreSQL says of the counters: the same rows as an embedded ledger rebuilds them from after a restart. */
export function createRecordedCounterReader(pool: pg.Pool, { patienceMs = PATIENCE_MS } = {}): CounterReader {
  return {
    source: 'recorded',
    async read(organizationId, { counters, leases }) {
      const found = new Map<string, CounterReading>();
      for (const [windowMs, keys] of byWindow(counters)) {
        for (const [key, reading] of await readWindow(pool, organizationId, { windowMs, keys, patienceMs }))
          found.set(`${windowMs} ${key}`, reading);
      }
      const held = new Map<string, number>();
      if (leases.length > 0)
        for (const { key, holders } of await inReadTransaction(pool, organizationId, (client) => recordedLeases(client, organizationId)))
          held.set(key, holders.length);
      return {
        counters: counters.map(({ key, windowMs }) => found.get(`${windowMs} ${key}`) ?? null),
        running: leases.map(({ key }) => held.get(key) ?? 0),
      };
    },
    close: async () => {},
  };
}

function byWindow(counters: readonly { key: string; windowMs: number }[]): Map<number, string[]> {
  const windows = new Map<number, string[]>();
  for (const { key, windowMs } of counters) windows.set(windowMs, [...(windows.get(windowMs) ?? []), key]);
  return windows;
}

async function readWindow(
  pool: pg.Pool,
  organizationId: string,
  { windowMs, keys, patienceMs }: { windowMs: number; keys: readonly string[]; patienceMs: number },
): Promise<[string, CounterReading][]> {
  try {
    const charged = await inReadTransaction(pool, organizationId, async (client) => {
      await client.query(`SET LOCAL statement_timeout = ${patienceMs}`);
      return recordedCharges(client, organizationId, { keys, windowMs });
    });
    const parts = new Map(charged.map((counter) => [counter.key, counter.parts]));
    return keys.map((key) => [key, readingOf(parts.get(key) ?? [], windowMs)]);
  } catch (error) {
    if ((error as { code?: string }).code === CANCELED) return [];
    throw error;
  }
}

/** PostgreSQL: query_canceled. */
const CANCELED = '57014';

function readingOf(parts: { ageMicros: number; amountMicros: number }[], windowMs: number): CounterReading {
  const usedMicros = parts.reduce((sum, { amountMicros }) => sum + amountMicros, 0);
  const oldest = parts[0];
  return { usedMicros, nextFreeInMs: oldest ? Math.ceil(Math.min(windowMs, Math.max(0, windowMs - oldest.ageMicros / 1000))) : null };
}
