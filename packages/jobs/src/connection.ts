/** Where BullMQ keeps its jobs: in Redis, or in PostgreSQL (its own backend) when there is no Redis. */
import { type EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis } from '@toolgate/ledger/redis/connect-redis';
import { createPostgresBackend, type Job, Queue, Worker, type WorkerOptions } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';

/** Exactly one of the two. The Redis may be a cluster: see `connectRedis`. */
export type JobsConnection = { redisUrl: string } | { databaseUrl: string };

/** Chooses from the variables of an app's environment: REDIS_URL wins. Null when neither is given. */
export function jobsConnection(env: { REDIS_URL?: string | undefined; QUEUE_DATABASE_URL?: string | undefined }): JobsConnection | null {
  if (env.REDIS_URL) return { redisUrl: env.REDIS_URL };
  return env.QUEUE_DATABASE_URL ? { databaseUrl: env.QUEUE_DATABASE_URL } : null;
}

/** The schema that `migrateQueue` makes; the restricted roles may use it but not change it. */
export const QUEUE_SCHEMA = 'bullmq';

/** In braces: BullMQ's scripts touch several keys at once, which a cluster allows when all are in one slot. */
const PREFIX = '{bull}';

const COMPLETED = { age: 3600, count: 1000 };
const FAILED = { age: 7 * 24 * 3600, count: 5000 };

/** A queue to add jobs to. While its store has never been reached, adding waits for it. */
export function openQueue(name: string, connection: JobsConnection): Queue {
  const defaultJobOptions = {
    attempts: 3,
    backoff: { type: 'exponential', delay: 1000 },
    removeOnComplete: COMPLETED,
    removeOnFail: FAILED,
  };
  if ('redisUrl' in connection) {
    const redis = connectRedis(connection.redisUrl, {
      maxRetriesPerRequest: 1,
      connectTimeout: 1000,
      retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1000),
    });
    redis.on('error', () => {}); // reconnects by itself; each command says what went wrong
    return closesToo(new Queue(name, { connection: redis, prefix: PREFIX, defaultJobOptions }), redis);
  }
  // The Postgres backend has the same surface; only its type parameter differs.
  const queue = new Queue(name, { connection: { ...postgres(connection.databaseUrl), max: 3 }, defaultJobOptions }, createPostgresBackend);
  return quiet(queue as unknown as Queue);
}

/** Processes a queue's jobs; a processor that rejects has the job tried again (three times in all). */
export function openWorker(
  name: string,
  connection: JobsConnection,
  process: (job: Job) => Promise<void>,
  options: Pick<WorkerOptions, 'concurrency' | 'settings'> = {},
): Worker {
  if ('redisUrl' in connection) {
    const redis = connectRedis(connection.redisUrl, { maxRetriesPerRequest: null });
    redis.on('error', () => {});
    return closesToo(new Worker(name, process, { connection: redis, prefix: PREFIX, ...options }), redis);
  }
  const worker = new Worker(
    name,
    process,
    { connection: { ...postgres(connection.databaseUrl), max: 4 }, ...options },
    createPostgresBackend,
  );
  return quiet(worker as unknown as Worker);
}

/** The URL's own `options` (its role) are passed beside it: inside of it they would replace BullMQ's, which name the schema. */
function postgres(databaseUrl: string) {
  const url = new URL(databaseUrl);
  const options = url.searchParams.get('options') ?? undefined;
  url.searchParams.delete('options');
  return { connectionString: url.href, options, schema: QUEUE_SCHEMA, skipMigrations: true };
}

/** A store that is away for a while is retried by BullMQ; without a listener its error would end the process. */
function quiet<T extends Queue | Worker>(one: T): T {
  (one as EventEmitter).on('error', () => {});
  return one;
}

/** BullMQ leaves a connection that it was given open: it is ended with the queue. A Redis that is away cannot be waited for. */
function closesToo<T extends Queue | Worker>(one: T, redis: Redis | Cluster): T {
  const own = one.close.bind(one);
  one.close = async (...args: Parameters<typeof own>) => {
    const away = redis.status === 'ready' ? once(redis, 'close') : sleep(500, undefined, { ref: false });
    await Promise.race([own(...args), away]).catch(() => {});
    redis.disconnect();
  };
  return quiet(one);
}
