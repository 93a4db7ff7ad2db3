/** Only one process may use the embedded ledger of a database: its counters are in that process. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** The session lock that says "the embedded ledger of this database is taken". */
const LOCK_ID = '8391620114235001';
const PATIENCE_MS = 3000;

export interface EmbeddedClaim {
  release(): Promise<void>;
}

/**
 * Takes a PostgreSQL session lock on a connection of its own and keeps it. Rejects when another process has it: that process is
 * given three seconds to go, so that a restart does not collide with what it replaces.
 * @param onLost is called when the connection broke and another process took the ledger before it could be claimed again.
 * @param patienceMs how long the other process is given.
 */
export async function claimEmbeddedLedger(
  pool: pg.Pool,
  onLost: (error: Error) => void = fault,
  patienceMs = PATIENCE_MS,
): Promise<EmbeddedClaim> {
  let released = false;
  /** Null while the connection is broken and the lock is not claimed again. */
  let client: pg.PoolClient | null = await claim(pool, patienceMs, watch);

  /** A broken connection has lost the lock (a restart of PostgreSQL, for one): claimed again as soon as that is possible. */
  async function reclaim(): Promise<void> {
    while (!released) {
      try {
        client = await claim(pool, patienceMs, watch);
        if (released) await give(client);
        return;
      } catch (error) {
        if (error instanceof EmbeddedLedgerTaken) return onLost(error);
        await sleep(500);
      }
    }
  }
  function watch(one: pg.PoolClient): void {
    let told = false;
    const lost = () => {
      if (told || released) return;
      told = true;
      client = null;
      one.release(true);
      void reclaim();
    };
    one.on('error', lost); // not once: an unheard error would end the process
    one.on('end', lost);
  }

  return {
    release: async () => {
      released = true;
      if (client) await give(client);
    },
  };
}

/** Another process uses the embedded ledger of this database. */
export class EmbeddedLedgerTaken extends Error {
  constructor() {
    super(
      'Another gateway process uses the embedded ledger of this database, and it counts in one process only: stop that gateway, or set REDIS_URL to run several.',
    );
    this.name = 'EmbeddedLedgerTaken';
  }
}

async function claim(pool: pg.Pool, patienceMs: number, watch: (client: pg.PoolClient) => void): Promise<pg.PoolClient> {
  const client = await pool.connect();
  try {
    for (const end = performance.now() + patienceMs; ; await sleep(100)) {
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [LOCK_ID]);
      if (rows[0]?.mine) break;
      if (performance.now() > end) throw new EmbeddedLedgerTaken();
    }
  } catch (error) {
    client.release(true);
    throw error;
  }
  watch(client);
  return client;
}

/** Ending the session gives the lock back, whatever state it is in. */
async function give(client: pg.PoolClient): Promise<void> {
  await client.query('SELECT pg_advisory_unlock_all()').catch(() => {});
  client.release(true);
}

function fault(error: Error): never {
  throw error;
}
