/** The audit streams of all shards, on one Redis or spread over the nodes of a cluster. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis } from '@toolgate/ledger/redis/connect-redis';
import { isCluster } from '@toolgate/ledger/redis/redis-address';
import { auditStream, SHARDS } from '@toolgate/ledger/redis/shard';
import type { Cluster, Redis } from 'ioredis';

export interface StreamEntry {
  shard: number;
  /** `{ms}-{n}`: Redis TIME when it was added. */
  id: string;
  /** JSON text of an audit record. */
  text: string;
}

export class ShardStreams {
  readonly #reader: Redis | Cluster;
  readonly #writer: Redis | Cluster;
  readonly #isCluster: boolean;

  /** Ends each wait that is under way. */
  readonly #waiting = new Set<(error: Error) => void>();

  constructor(url: string) {
    const options = { maxRetriesPerRequest: 1, connectTimeout: 2000, retryStrategy: (n: number) => Math.min(50 * 2 ** n, 1000) };
    this.#isCluster = isCluster(url);
    // A blocking read holds its connection, so trimming has another one.
    this.#reader = connectRedis(url, { ...options, enableAutoPipelining: this.#isCluster });
    this.#writer = connectRedis(url, { ...options, enableAutoPipelining: true });
    for (const redis of [this.#reader, this.#writer]) redis.on('error', () => {});
  }

  /** What each stream holds after its cursor (`0-0` when there is none), at most `count` a stream; waits `blockMs` when there is nothing. */
  read(cursors: ReadonlyMap<number, string>, count: number, blockMs: number): Promise<StreamEntry[]> {
    const ids = KEYS.map((_, shard) => cursors.get(shard) ?? '0-0');
    if (this.#isCluster) return this.#poll(ids, count, blockMs);
    return this.#answer(this.#reader, xread(this.#reader, KEYS, ids, count, blockMs), blockMs);
  }

  /** Streams of different slots cannot be waited for with one command, so a cluster is asked again and again. */
  async #poll(ids: string[], count: number, blockMs: number): Promise<StreamEntry[]> {
    for (const end = Date.now() + blockMs; ; ) {
      const asked = Promise.all(KEYS.map((key, shard) => xread(this.#reader, [key], [ids[shard] as string], count, 0)));
      const entries = (await this.#answer(this.#reader, asked, 0)).flat();
      if (entries.length > 0 || Date.now() >= end) return entries;
      await this.#answer(this.#reader, sleep(Math.min(POLL_MS, blockMs)), POLL_MS);
    }
  }

  /** Deletes everything up to and including `id`. */
  async trim(upTo: ReadonlyMap<number, string>): Promise<void> {
    const trims = [...upTo].map(([shard, id]) => this.#writer.xtrim(auditStream(shard), 'MINID', after(id)));
    await this.#answer(this.#writer, Promise.all(trims), 0);
  }

  /** Shards whose newest entry is older than the cursor: Redis lost its data and counts anew, under a clock that is behind. */
  async restarted(cursors: ReadonlyMap<number, string>): Promise<number[]> {
    const shards = [...cursors.keys()];
    const asked = shards.map((shard) => this.#writer.xrevrange(auditStream(shard), '+', '-', 'COUNT', 1));
    const replies = await this.#answer(this.#writer, Promise.all(asked), 0);
    return shards.filter((shard, i) => {
      const newest = replies[i]?.[0]?.[0];
      return newest !== undefined && isAfter(cursors.get(shard) ?? '0-0', newest);
    });
  }

  /** Ends whatever waits. */
  interrupt(): void {
    for (const reject of this.#waiting) reject(new Error('interrupted'));
  }

  /** A Redis that hangs, or a connection that was lost without a word, is given up after ANSWER_MS and connected to again. */
  #answer<T>(redis: Redis | Cluster, command: Promise<T>, blockMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error) => {
        clearTimeout(timer);
        this.#waiting.delete(giveUp);
        reject(error);
      };
      const timer = setTimeout(() => {
        // A cluster's client finds out by itself which node is away.
        if (!this.#isCluster) redis.disconnect(true);
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
  const [aDash, bDash] = [a.indexOf('-'), b.indexOf('-')];
  if (aDash !== bDash) return aDash > bDash;
  const [aMs, bMs] = [a.slice(0, aDash), b.slice(0, bDash)];
  // Numbers without leading zeros: of equal length they compare as texts.
  return aMs !== bMs ? aMs > bMs : Number(a.slice(aDash + 1)) > Number(b.slice(bDash + 1));
}

const ANSWER_MS = 2000;
const POLL_MS = 100;

/** RESP3 gives a map, RESP2 a list of pairs. */
type XReadReply = [string, [string, string[]][]][] | Record<string, [string, string[]][]> | null;

/** @param blockMs 0: does not wait */
async function xread(redis: Redis | Cluster, keys: string[], ids: string[], count: number, blockMs: number): Promise<StreamEntry[]> {
  const asked =
    blockMs > 0
      ? redis.xread('COUNT', count, 'BLOCK', blockMs, 'STREAMS', ...keys, ...ids)
      : redis.xread('COUNT', count, 'STREAMS', ...keys, ...ids);
  const reply = (await asked) as XReadReply;
  const streams = Array.isArray(reply) ? reply : Object.entries(reply ?? {});
  return streams.flatMap(([key, entries]) =>
    entries.map(([id, fields]) => ({ shard: SHARD_OF.get(key) ?? -1, id, text: fields[fields.indexOf('r') + 1] ?? '' })),
  );
}

const KEYS = Array.from({ length: SHARDS }, (_, shard) => auditStream(shard));
const SHARD_OF = new Map(KEYS.map((key, shard) => [key, shard]));

const after = (id: string): string => id.replace(/\d+$/, (n) => String(Number(n) + 1));
