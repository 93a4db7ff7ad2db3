/** Runs the ledger's scripts on Redis: an answer within ANSWER_MS, or a reason why there is none. */
import { Redis } from 'ioredis';
import type { Script } from './scripts.ts';
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

/** A caller is told within a second, with time to spare for itself. */
const ANSWER_MS = 750;
/** A script that starts later does nothing, so that "no answer" is final once ANSWER_MS are over. */
const DEADLINE_MS = 700;

export function connectRedisScripts(url: string): RedisScripts {
  const redis = new Redis(url, {
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false, // a script that ran but did not answer must not run twice
    maxRetriesPerRequest: 0,
    connectTimeout: 1000,
    commandTimeout: 1000,
    socketTimeout: 2000,
    retryStrategy: (attempt) => Math.min(25 * 2 ** attempt, 500),
  });
  redis.on('error', () => {}); // it reconnects by itself; every call says what went wrong
  const clock = new ServerClock();
  const listeners: (() => void)[] = [];
  const firstReady = new Promise<void>((resolve) => {
    redis.on('ready', async () => {
      const sentAt = localMicros();
      const time = await redis.time().catch(() => null);
      if (!time) return;
      clock.observe(Number(time[0]) * 1e6 + Number(time[1]), sentAt);
      resolve();
      for (const listener of listeners) listener();
    });
  });
  const usable = () => redis.status === 'ready' && clock.known;

  async function evaluate(script: Script, keys: string[], args: (string | number)[]): Promise<unknown[]> {
    try {
      return (await redis.evalsha(script.sha1, keys.length, ...keys, ...args)) as unknown[];
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return (await redis.eval(script.source, keys.length, ...keys, ...args)) as unknown[];
    }
  }

  async function run(script: Script, keys: string[], args: (deadline: string) => (string | number)[]): Promise<Answer> {
    if (!clock.known) await within(firstReady, ANSWER_MS).catch(() => {});
    if (!usable()) return { ok: false, sent: false, reason: 'The ledger (Redis) cannot be reached.' };
    try {
      const sentAt = localMicros();
      let reply = await within(evaluate(script, keys, args(String(clock.in(DEADLINE_MS)))), ANSWER_MS);
      if (Array.isArray(reply) && typeof reply[1] === 'string') clock.observe(Number(reply[1]), sentAt);
      // Too late although the answer is here: the clocks had moved apart. Now they are known to.
      if (Array.isArray(reply) && reply[0] === 0) reply = await within(evaluate(script, keys, args(String(clock.in(DEADLINE_MS)))), 200);
      if (Array.isArray(reply) && reply[0] === 0) return { ok: false, sent: false, reason: 'The ledger (Redis) answers too slowly.' };
      return { ok: true, reply };
    } catch (error) {
      const { name, message } = error as Error;
      // An error reply is an answer: Redis refused the script before it wrote anything.
      return { ok: false, sent: name !== 'ReplyError', reason: `The ledger (Redis) failed: ${message}` };
    }
  }

  return {
    run,
    get: async (key) => {
      if (!clock.known) await within(firstReady, ANSWER_MS);
      return within(redis.get(key), ANSWER_MS);
    },
    ping: async () => {
      if (!clock.known) await within(firstReady, ANSWER_MS);
      await within(redis.ping(), ANSWER_MS);
    },
    onReady: (listener) => void listeners.push(listener),
    close: async () => {
      await within(redis.quit(), 500).catch(() => redis.disconnect());
    },
  };
}

/** Rejects when the promise is still pending after `ms`. */
function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
