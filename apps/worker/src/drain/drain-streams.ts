/** Drains the shards' Redis streams: each entry exactly once, because its cursor moves in the transaction that stores it. */
import { SHARDS } from '@toolgate/ledger/redis/shard';
import type { Signer } from '@toolgate/services/audit/checkpoint-key';
import type pg from 'pg';
import { inDrainTransaction, isDataError } from './in-drain-transaction.ts';
import { asUnreadable, type PendingRecord, readPendingText } from './pending-record.ts';
import { prepareBatch, storeBatch } from './prepared-batch.ts';
import { ReadAhead, type Step } from './read-ahead.ts';
import { isAfter, type ShardStreams, type StreamEntry } from './shard-streams.ts';
import { StaleBatch } from './store-events.ts';

const LEAST_OF_A_SHARD = 64;

export interface StreamDrainOptions {
  signer: Signer | null;
  /** Entries of one transaction, spread over the shards that had some the last time. */
  batch: number;
  log(line: string): void;
}

/** By shard: the last entry that was drained. */
type Cursors = ReadonlyMap<number, string>;

interface StreamStep extends Step {
  /** Of the shards that it has entries of: where they must still stand when it is stored, and where they stand then. */
  before: Cursors;
  after: Cursors;
  /** So many entries of a shard were asked for. */
  count: number;
  /** What it held for nobody, for the log. */
  unowned: string[];
}

export class StreamDrain {
  readonly #pool: pg.Pool;
  readonly #streams: ShardStreams;
  readonly #options: StreamDrainOptions;
  readonly #ahead = new ReadAhead<StreamStep>({ prepare: (previous) => this.#prepare(previous), store: (step) => this.#store(step) });
  /** Null: to be read from PostgreSQL. */
  #cursors: Cursors | null = null;
  #blockMs = 0;
  /** That had entries the last time. At first it may be all, after the worker was away. */
  #activeShards = SHARDS;

  constructor(pool: pg.Pool, streams: ShardStreams, options: StreamDrainOptions) {
    this.#pool = pool;
    this.#streams = streams;
    this.#options = options;
  }

  /** Waits up to `blockMs` for entries, stores and trims them; false when there may be more. Rejects when a store is away: call it again. */
  async drain(blockMs: number): Promise<boolean> {
    this.#blockMs = blockMs;
    try {
      const step = await this.#ahead.step();
      return !step?.more;
    } catch (error) {
      this.#cursors = null;
      if (error instanceof StaleBatch) return false;
      throw error;
    }
  }

  async #prepare(previous: StreamStep | null): Promise<StreamStep | null> {
    const { batch, signer } = this.#options;
    this.#cursors ??= await this.#loadCursors();
    const cursors = previous ? new Map([...this.#cursors, ...previous.after]) : this.#cursors;
    const count = Math.max(Math.min(LEAST_OF_A_SHARD, batch), Math.ceil(batch / this.#activeShards));
    const given = await this.#streams.read(cursors, count, previous ? 0 : this.#blockMs);
    if (given.length === 0) return null;
    const sizes = new Map<number, number>();
    const after = new Map<number, string>();
    for (const { shard, id } of given) {
      sizes.set(shard, (sizes.get(shard) ?? 0) + 1);
      after.set(shard, id);
    }
    this.#activeShards = sizes.size;
    const unowned: string[] = [];
    const options = { previous: previous?.prepared ?? null, signer };
    const prepared = await prepareBatch(this.#pool, piecesOf(given, unowned), options);
    const before = new Map([...cursors].filter(([shard]) => after.has(shard)));
    return { prepared, before, after, count, unowned, more: Math.max(...sizes.values()) >= count };
  }

  async #loadCursors(): Promise<Cursors> {
    this.#activeShards = SHARDS;
    const { rows } = await this.#pool.query<{ shard: number; lastId: string }>('SELECT shard, "lastId" FROM "AuditCursor"');
    const cursors = new Map(rows.map(({ shard, lastId }) => [shard, lastId]));
    const restarted = await this.#streams.restarted(cursors);
    if (restarted.length > 0) {
      this.#options.log(`Redis lost the audit streams ${restarted.join(', ')}; what they hold now is drained from its beginning.`);
      await this.#pool.query('DELETE FROM "AuditCursor" WHERE shard = ANY($1)', [restarted]);
      for (const shard of restarted) cursors.delete(shard);
    }
    // What was committed before a crash may not have been trimmed.
    await this.#streams.trim(cursors);
    return cursors;
  }

  async #store(step: StreamStep): Promise<void> {
    try {
      await this.#commit(step);
    } catch (error) {
      if (!isDataError(error)) throw error;
      await this.#commitOneByOne(step);
      throw new StaleBatch('It was stored one by one: what was prepared to follow it does not.');
    }
    this.#cursors = new Map([...(this.#cursors ?? []), ...step.after]);
    await this.#streams.trim(step.after);
  }

  async #commit({ prepared, before, after, unowned }: StreamStep): Promise<void> {
    await inDrainTransaction(this.#pool, async (client) => {
      const stored = await readCursors(client, [...after.keys()]);
      for (const shard of after.keys())
        if (stored.get(shard) !== before.get(shard)) throw new StaleBatch(`Shard ${shard} was drained by another worker.`);
      await storeBatch(client, prepared);
      await writeCursors(client, after);
    });
    for (const line of unowned) this.#options.log(line);
  }

  /** Something in the batch cannot be stored: it becomes an event that says so, and the others are stored as they are. */
  async #commitOneByOne({ before, after, count }: StreamStep): Promise<void> {
    const cursors = new Map([...(this.#cursors ?? []), ...before]);
    for (const entry of await this.#streams.read(cursors, count, 0)) {
      if (!after.has(entry.shard)) continue;
      await this.#commitOne(entry, null).catch((fault) => {
        if (!isDataError(fault)) throw fault;
        return this.#commitOne(entry, (fault as Error).message);
      });
    }
  }

  /** The drain's lock is held: what is read to prepare it cannot change. */
  async #commitOne(entry: StreamEntry, fault: string | null): Promise<void> {
    const { shard, id } = entry;
    const unowned: string[] = [];
    await inDrainTransaction(this.#pool, async (client) => {
      if (!isAfter(id, (await readCursors(client, [shard])).get(shard) ?? '0-0')) return;
      const [records = []] = piecesOf([entry], unowned);
      const kept = fault === null ? records : records.map((record) => asUnreadable(record, fault));
      await storeBatch(client, await prepareBatch(client, [kept], { previous: null, signer: this.#options.signer }));
      await writeCursors(client, new Map([[shard, id]]));
    });
    for (const line of unowned) this.#options.log(line);
  }
}

/** So few that what is sent meanwhile goes on. */
const PIECE = 100;

/** @param unowned gets what belongs to no organization: it can be no event */
function* piecesOf(entries: readonly StreamEntry[], unowned: string[]): Generator<PendingRecord[]> {
  for (let from = 0; from < entries.length; from += PIECE) {
    const records: PendingRecord[] = [];
    for (const { shard, id, text } of entries.slice(from, from + PIECE)) {
      const source = `{s${shard}}:audit ${id}`;
      const record = readPendingText(source, new Date(Number(id.slice(0, id.indexOf('-')))), text);
      if (record) records.push(record);
      else unowned.push(`${source} belongs to no organization and was left out: ${text}`);
    }
    yield records;
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
