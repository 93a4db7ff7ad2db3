/** The audit streams of all shards, read with one blocking command. */
import { auditStream, SHARDS } from '@toolgate/ledger/redis/shard';
import { Redis } from 'ioredis';

export interface StreamEntry {
  shard: number;
  /** `{ms}-{n}`: Redis TIME when it was added. */
  id: string;
  /** JSON text of an audit record. */
  text: string;
}

export class ShardStreams {
  readonly #reader: Redis;
  readonly #writer: Redis;

  /** Ends each wait that is under way. */
  readonly #waiting = new Set<(error: Error) => void>();

  constructor(url: string) {
    const options = { maxRetriesPerRequest: 1, connectTimeout: 2000, retryStrategy: (n: number) => Math.min(50 * 2 ** n, 1000) };
    // A blocking read holds its connection, so trimming has another one.
    this.#reader = new Redis(url, options);
    this.#writer = new Redis(url, options);
    for (const redis of [this.#reader, this.#writer]) redis.on('error', () => {});
  }

  /** What each stream holds after its cursor (`0-0` when there is none), at most `count` a stream; waits `blockMs` when there is nothing. */
  async read(cursors: ReadonlyMap<number, string>, count: number, blockMs: number): Promise<StreamEntry[]> {
    const ids = KEYS.map((_, shard) => cursors.get(shard) ?? '0-0');
    const command = this.#reader.xread('COUNT', count, 'BLOCK', blockMs, 'STREAMS', ...KEYS, ...ids);
    const reply = (await this.#answer(this.#reader, command, blockMs)) as XReadReply;
    // RESP3 gives a map, RESP2 a list of pairs.
    const streams = Array.isArray(reply) ? reply : Object.entries(reply ?? {});
    return streams.flatMap(([key, entries]) =>
      entries.map(([id, fields]) => ({ shard: SHARD_OF.get(key) ?? -1, id, text: fields[fields.indexOf('r') + 1] ?? '' })),
    );
  }

  /** Deletes everything up to and including `id`. */
  async trim(upTo: ReadonlyMap<number, string>): Promise<void> {
    const pipeline = this.#writer.pipeline();
    for (const [shard, id] of upTo) pipeline.xtrim(auditStream(shard), 'MINID', after(id));
    await this.#answer(this.#writer, pipeline.exec(), 0);
  }

  /** Shards whose newest entry is older than the cursor: Redis lost its data and counts anew, under a clock that is behind. */
  async restarted(cursors: ReadonlyMap<number, string>): Promise<number[]> {
    const shards = [...cursors.keys()];
    const pipeline = this.#writer.pipeline();
    for (const shard of shards) pipeline.xrevrange(auditStream(shard), '+', '-', 'COUNT', 1);
    const replies = (await this.#answer(this.#writer, pipeline.exec(), 0)) ?? [];
    return shards.filter((shard, i) => {
      const newest = (replies[i]?.[1] as [string, string[]][] | undefined)?.[0]?.[0];
      return newest !== undefined && isAfter(cursors.get(shard) ?? '0-0', newest);
    });
  }

  /** Ends whatever waits. */
  interrupt(): void {
    for (const reject of this.#waiting) reject(new Error('interrupted'));
  }

  /** A Redis that hangs, or a connection that was lost without a word, is given up after ANSWER_MS and connected to again. */
  #answer<T>(redis: Redis, command: Promise<T>, blockMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error) => {
        clearTimeout(timer);
        this.#waiting.delete(giveUp);
        reject(error);
      };
      const timer = setTimeout(() => {
        redis.disconnect(true);
        giveUp(new Error('Redis did not answer in time.'));
      }, blockMs + ANSWER_MS);
      this.#waiting.add(giveUp);
      command.then((value) => {
        clearTimeout(timer);
        this.#waiting.delete(giveUp);
        resolve(value);
      }, giveUp);
    });
  }

  close(): void {
    this.#reader.disconnect();
    this.#writer.disconnect();
  }
}

/** Whether stream id `a` comes after `b`. */
export function isAfter(a: string, b: string): boolean {
  const [aMs = 0, aN = 0] = a.split('-').map(Number);
  const [bMs = 0, bN = 0] = b.split('-').map(Number);
  return aMs !== bMs ? aMs > bMs : aN > bN;
}

const ANSWER_MS = 2000;

type XReadReply = [string, [string, string[]][]][] | Record<string, [string, string[]][]> | null;

const KEYS = Array.from({ length: SHARDS }, (_, shard) => auditStream(shard));
const SHARD_OF = new Map(KEYS.map((key, shard) => [key, shard]));

const after = (id: string): string => id.replace(/\d+$/, (n) => String(Number(n) + 1));
