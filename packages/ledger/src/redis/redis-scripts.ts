/** Runs the ledger's scripts on Redis: an answer in time, or a reason why there is none. */
import { Cluster, type Redis } from 'ioredis';
import { ANSWER_MS, within } from '../within.ts';
import { connectRedis } from './connect-redis.ts';
import type { Script } from './script.ts';
import { TIME } from './scripts.ts';
import { localMicros, ServerClock } from './server-clock.ts';

/** `sent: false`: it is certain that the script did not run and never will. */
export type Answer = { ok: true; reply: unknown[] } | { ok: false; sent: boolean; reason: string };

export interface RedisScripts {
  /** @param args gets the moment (µs of Redis TIME) after which the script must do nothing. */
  run(script: Script, keys: string[], args: (deadline: string) => (string | number)[]): Promise<Answer>;
  get(key: string): Promise<string | null>;
  ping(): Promise<void>;
  /** Called every time when Redis can be used again. */
  onReady(listener: () => void): void;
  close(): Promise<void>;
}

/** A script that starts in the last of these does nothing, so that "no answer" is final once the time is over. */
const MARGIN_MS = 50;
/** The client has no connection to write to. */
const NEVER_LEFT = /enableOfflineQueue options is false|None of startup nodes is available|Failed to refresh slots cache/;

/** @param answerMs how long a caller waits for a Redis that does not answer. */
export function connectRedisScripts(url: string, answerMs = ANSWER_MS): RedisScripts {
  const redis = connectRedis(url, {
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false, // a script that ran but did not answer must not run twice
    maxRetriesPerRequest: 0,
    connectTimeout: 1000,
    commandTimeout: answerMs + 250,
    socketTimeout: answerMs + 1250,
    disconnectTimeout: 50,
    retryStrategy: (attempt) => Math.min(25 * 2 ** attempt, 500),
  });
  redis.on('error', () => {}); // it reconnects by itself; every call says what went wrong
  const clocks = new Clocks(redis);
  const listeners: (() => void)[] = [];
  const readiness: (() => void)[] = [];
  /** It did not answer in time, and has not been reached again since. */
  let hangs = false;
  redis.on('ready', async () => {
    if (!(redis instanceof Cluster) && !(await clocks.learn('clock').catch(() => false))) return redis.disconnect(true);
    hangs = false;
    for (const resolve of readiness.splice(0)) resolve();
    for (const listener of listeners) listener();
  });
  const isReady = () => !hangs && redis.status === 'ready' && (redis instanceof Cluster || clocks.of('').known);
  const ready = () => new Promise<void>((resolve) => (isReady() ? resolve() : void readiness.push(resolve)));
  let everReady = false;
  void ready().then(() => {
    everReady = true;
  });

  /** What does not answer is connected to anew: calls are refused at once meanwhile, not after a wait. A cluster's other nodes are left alone. */
  function reconnect(): void {
    if (redis instanceof Cluster || hangs) return;
    hangs = true;
    redis.disconnect(true);
  }

  async function run(script: Script, keys: string[], args: (deadline: string) => (string | number)[]): Promise<Answer> {
    if (!everReady) await within(ready(), answerMs).catch(() => {});
    if (!isReady()) return { ok: false, sent: false, reason: 'The ledger (Redis) cannot be reached.' };
    const clock = clocks.of(keys[0] as string);
    if (!clock.known) await within(clocks.learn(keys[0] as string), answerMs / 2).catch(() => {});
    if (!clock.known) return { ok: false, sent: false, reason: 'The ledger (Redis) cannot be reached.' };
    const attempt = async (ms: number) => {
      const sentAt = localMicros();
      const reply = await within(evaluate(redis, script, keys, args(String(clock.in(answerMs - MARGIN_MS)))), ms);
      if (Array.isArray(reply) && typeof reply[1] === 'string') clock.observe(Number(reply[1]), sentAt);
      return reply;
    };
    try {
      let reply = await attempt(answerMs);
      // Too late although the answer is here: the clocks had moved apart. Now they are known to.
      if (reply[0] === 0) reply = await attempt(answerMs / 4);
      if (reply[0] === 0) return { ok: false, sent: false, reason: 'The ledger (Redis) answers too slowly.' };
      return { ok: true, reply };
    } catch (error) {
      const { name, message } = error as Error;
      // An error reply is an answer: Redis refused the script before it wrote anything.
      const sent = name !== 'ReplyError' && !NEVER_LEFT.test(message);
      if (sent) reconnect();
      return { ok: false, sent, reason: `The ledger (Redis) failed: ${message}` };
    }
  }

  const reached = async () => {
    if (!isReady()) await within(ready(), answerMs);
  };
  return {
    run,
    get: async (key) => {
      await reached();
      return within(redis.get(key), answerMs);
    },
    ping: async () => {
      await reached();
      await within(redis.ping(), answerMs);
    },
    onReady: (listener) => void listeners.push(listener),
    close: async () => {
      await within(redis.quit(), 500).catch(() => redis.disconnect());
    },
  };
}

/** What the clocks of the servers show. Of a cluster, each shard's: it may be on any node. */
class Clocks {
  readonly #redis: Redis | Cluster;
  readonly #clocks = new Map<string, ServerClock>();

  constructor(redis: Redis | Cluster) {
    this.#redis = redis;
  }

  of(key: string): ServerClock {
    const name = this.#redis instanceof Cluster ? key.slice(0, key.indexOf('}')) : '';
    const clock = this.#clocks.get(name) ?? new ServerClock();
    this.#clocks.set(name, clock);
    return clock;
  }

  /** Asks the server that has this key. Rejects when it cannot be asked. */
  async learn(key: string): Promise<boolean> {
    const sentAt = localMicros();
    const [, now] = await evaluate(this.#redis, TIME, [key], []);
    this.of(key).observe(Number(now), sentAt);
    return true;
  }
}

async function evaluate(redis: Redis | Cluster, script: Script, keys: string[], args: (string | number)[]): Promise<unknown[]> {
  try {
    return (await redis.evalsha(script.sha1, keys.length, ...keys, ...args)) as unknown[];
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return (await redis.eval(script.source, keys.length, ...keys, ...args)) as unknown[];
  }
}
