/** Drains the shards' Redis streams: each entry exactly once, because its cursor moves in the transaction that stores it. */
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { inDrainTransaction, isDataError } from './in-drain-transaction.ts';
import { asUnreadable, type PendingRecord, readPendingText } from './pending-record.ts';
import { isAfter, type ShardStreams, type StreamEntry } from './shard-streams.ts';
import { storeRecords } from './store-records.ts';

/** Entries of one transaction, spread over the shards that had some the last time. */
const BATCH = 4000;
const LEAST_OF_A_SHARD = 64;

interface ReadEntry {
  shard: number;
  id: string;
  text: string;
  /** Null: it belongs to no organization. */
  pending: PendingRecord | null;
}

interface Batch {
  entries: ReadEntry[];
  /** A stream gave as many as it was asked for. */
  more: boolean;
}

export class StreamDrain {
  readonly #pool: pg.Pool;
  readonly #streams: ShardStreams;
  readonly #log: (line: string) => void;
  readonly #signer: Signer | null;
  #cursors: Map<number, string> | null = null;
  /** What is read while the batch before it is stored. */
  #ahead: Promise<Batch> | null = null;
  #activeShards = 1;

  constructor(pool: pg.Pool, streams: ShardStreams, log: (line: string) => void, signer: Signer | null) {
    this.#pool = pool;
    this.#streams = streams;
    this.#log = log;
    this.#signer = signer;
  }

  /** Waits up to `blockMs` for entries, stores and trims them; false when there may be more. Rejects when a store is away: call it again. */
  async drain(blockMs: number): Promise<boolean> {
    try {
      this.#cursors ??= await this.#loadCursors();
      const { entries, more } = await (this.#ahead ?? this.#read(this.#cursors, blockMs));
      this.#ahead = null;
      if (entries.length === 0) return true;
      const cursors = new Map(this.#cursors);
      for (const { shard, id } of entries) cursors.set(shard, id);
      if (more) {
        this.#ahead = this.#read(cursors, 0);
        this.#ahead.catch(() => {}); // told when it is its turn
      }
      const moved = await this.#store(entries);
      for (const [shard, id] of moved) cursors.set(shard, id);
      this.#cursors = cursors;
      await this.#streams.trim(moved);
      return !more;
    } catch (error) {
      // Where it stands is read again from PostgreSQL.
      this.#cursors = null;
      this.#ahead = null;
      throw error;
    }
  }

  async #read(cursors: ReadonlyMap<number, string>, blockMs: number): Promise<Batch> {
    const count = Math.max(LEAST_OF_A_SHARD, Math.ceil(BATCH / this.#activeShards));
    const entries = await this.#streams.read(cursors, count, blockMs);
    const sizes = new Map<number, number>();
    for (const { shard } of entries) sizes.set(shard, (sizes.get(shard) ?? 0) + 1);
    this.#activeShards = Math.max(1, sizes.size);
    return { entries: entries.map(readEntry), more: Math.max(0, ...sizes.values()) >= count };
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

  async #store(entries: ReadEntry[]): Promise<Map<number, string>> {
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
    return moved;
  }

  async #commit(entries: ReadEntry[], fault: string | null, moved: Map<number, string>): Promise<void> {
    const unowned: string[] = [];
    await inDrainTransaction(this.#pool, async (client) => {
      unowned.splice(0);
      const held = await readCursors(client, [...new Set(entries.map((entry) => entry.shard))]);
      // Another worker may have been faster.
      const fresh = entries.filter((entry) => isAfter(entry.id, held.get(entry.shard) ?? '0-0'));
      await storeRecords(client, pendingOf(fresh, fault, unowned), this.#signer);
      for (const { shard, id } of fresh) held.set(shard, id);
      await writeCursors(client, held);
      for (const [shard, id] of held) moved.set(shard, id);
    });
    for (const line of unowned) this.#log(line);
  }
}

function readEntry({ shard, id, text }: StreamEntry): ReadEntry {
  const at = new Date(Number(id.slice(0, id.indexOf('-'))));
  return { shard, id, text, pending: readPendingText(sourceOf(shard, id), at, text) };
}

const sourceOf = (shard: number, id: string): string => `{s${shard}}:audit ${id}`;

/** An entry that belongs to no organization can be no event; what it held goes to the log. */
function pendingOf(entries: ReadEntry[], fault: string | null, unowned: string[]): PendingRecord[] {
  return entries.flatMap(({ shard, id, text, pending }) => {
    if (!pending) unowned.push(`${sourceOf(shard, id)} belongs to no organization and was left out: ${text}`);
    return pending ? [fault === null ? pending : asUnreadable(pending, fault)] : [];
  });
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
