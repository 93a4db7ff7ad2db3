/** Drains the shards' Redis streams: each entry exactly once, because its cursor moves in the transaction that stores it. */
import type pg from 'pg';
import { inDrainTransaction, isDataError } from './in-drain-transaction.ts';
import { asUnreadable, type PendingRecord, readPending } from './pending-record.ts';
import { isAfter, type ShardStreams, type StreamEntry } from './shard-streams.ts';
import { storeRecords } from './store-records.ts';

/** Of one shard in one transaction. */
const MOST = 500;

export class StreamDrain {
  readonly #pool: pg.Pool;
  readonly #streams: ShardStreams;
  readonly #log: (line: string) => void;
  #cursors: Map<number, string> | null = null;

  constructor(pool: pg.Pool, streams: ShardStreams, log: (line: string) => void) {
    this.#pool = pool;
    this.#streams = streams;
    this.#log = log;
  }

  /** Waits up to `blockMs` for entries, stores and trims them; false when there may be more. Rejects when a store is away: call it again. */
  async drain(blockMs: number): Promise<boolean> {
    try {
      this.#cursors ??= await this.#loadCursors();
      const entries = await this.#streams.read(this.#cursors, MOST, blockMs);
      if (entries.length > 0) await this.#streams.trim(await this.#store(entries));
      return entries.length < MOST;
    } catch (error) {
      // Where it stands is read again from PostgreSQL.
      this.#cursors = null;
      throw error;
    }
  }

  async #loadCursors(): Promise<Map<number, string>> {
    const { rows } = await this.#pool.query<{ shard: number; lastId: string }>('SELECT shard, "lastId" FROM "AuditCursor"');
    const cursors = new Map(rows.map(({ shard, lastId }) => [shard, lastId]));
    const restarted = await this.#streams.restarted(cursors);
    if (restarted.length > 0) {
      this.#log(`Redis lost the audit streams ${restarted.join(', ')}; what they hold now is drained from its beginning.`);
      await this.#pool.query('DELETE FROM "AuditCursor" WHERE shard = ANY($1)', [restarted]);
      for (const shard of restarted) cursors.delete(shard);
    }
    // What was committed before a crash may not have been trimmed.
    await this.#streams.trim(cursors);
    return cursors;
  }

  async #store(entries: StreamEntry[]): Promise<Map<number, string>> {
    const moved = new Map<number, string>();
    try {
      await this.#commit(entries, null, moved);
    } catch (error) {
      if (!isDataError(error)) throw error;
      // Something in the batch cannot be stored. One by one, it becomes an event that says so.
      for (const entry of entries) {
        await this.#commit([entry], null, moved).catch((fault) => {
          if (!isDataError(fault)) throw fault;
          return this.#commit([entry], (fault as Error).message, moved);
        });
      }
    }
    for (const [shard, id] of moved) this.#cursors?.set(shard, id);
    return moved;
  }

  async #commit(entries: StreamEntry[], fault: string | null, moved: Map<number, string>): Promise<void> {
    const unowned: string[] = [];
    await inDrainTransaction(this.#pool, async (client) => {
      unowned.splice(0);
      const held = await readCursors(client, [...new Set(entries.map((entry) => entry.shard))]);
      // Another worker may have been faster.
      const fresh = entries.filter((entry) => isAfter(entry.id, held.get(entry.shard) ?? '0-0'));
      await storeRecords(client, readEntries(fresh, fault, unowned));
      for (const { shard, id } of fresh) held.set(shard, id);
      await writeCursors(client, held);
      for (const [shard, id] of held) moved.set(shard, id);
    });
    for (const line of unowned) this.#log(line);
  }
}

/** An entry that belongs to no organization can be no event; what it held goes to the log. */
function readEntries(entries: StreamEntry[], fault: string | null, unowned: string[]): PendingRecord[] {
  return entries.flatMap(({ shard, id, text }) => {
    const source = `{s${shard}}:audit ${id}`;
    const pending = readPending(source, new Date(Number(id.split('-')[0])), parse(text), null);
    if (!pending) unowned.push(`${source} belongs to no organization and was left out: ${text}`);
    return pending ? [fault === null ? pending : asUnreadable(pending, fault)] : [];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function readCursors(client: pg.ClientBase, shards: number[]): Promise<Map<number, string>> {
  const { rows } = await client.query<{ shard: number; lastId: string }>(
    'SELECT shard, "lastId" FROM "AuditCursor" WHERE shard = ANY($1)',
    [shards],
  );
  return new Map(rows.map(({ shard, lastId }) => [shard, lastId]));
}

async function writeCursors(client: pg.ClientBase, cursors: ReadonlyMap<number, string>): Promise<void> {
  await client.query(
    `INSERT INTO "AuditCursor" (shard, "lastId") SELECT * FROM unnest($1::int[], $2::text[])
     ON CONFLICT (shard) DO UPDATE SET "lastId" = excluded."lastId"`,
    [[...cursors.keys()], [...cursors.values()]],
  );
}
