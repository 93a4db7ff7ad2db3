/** A Redis that is somebody else's is looked at before anything is started on it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis } from '@toolgate/ledger/redis/connect-redis';
import { addressesOf, isCluster, shownAddress } from '@toolgate/ledger/redis/redis-address';
import type { Redis } from 'ioredis';
import { StartError } from './settings.ts';

/**
 * Rejects (StartError) with one sentence: it does not answer, does not take the password, is no cluster although several addresses were
 * given (or the other way round), or is a cluster of which a part is missing.
 */
export async function assertRedis(url: string): Promise<void> {
  if (!isCluster(url)) return assertSingle(url);
  const nodes = addressesOf(url);
  const { username, password } = new URL(nodes[0] as string);
  const withLogin = (address: string) => Object.assign(new URL(address), { username, password }).href;
  const refusals: string[] = [];
  for (const node of nodes) {
    const seen = await ask(withLogin(node), look).catch(({ message }: Error) => void refusals.push(message));
    if (!seen) continue;
    const missing = await whatIsMissing(seen, node, withLogin);
    if (missing) throw new StartError(`The ${shownRedis(url)} (REDIS_URL) is incomplete: ${missing}.`);
    return;
  }
  if (refusals.some((refusal) => refusal.includes('cluster support disabled')))
    throw new StartError(`The ${shownRedis(url)} (REDIS_URL) is not a cluster: give one address only.`);
  throw new StartError(`The ${shownRedis(url)} (REDIS_URL) cannot be used, none of these nodes: ${refusals[0]}`);
}

/** What it is and where, without its password. */
export const shownRedis = (url: string): string => `${isCluster(url) ? 'Redis Cluster' : 'Redis'} at ${shownAddress(url)}`;

async function assertSingle(url: string): Promise<void> {
  const info = await ask(url, (redis) => redis.info('cluster')).catch(({ message }: Error) => {
    throw new StartError(`The ${shownRedis(url)} (REDIS_URL) cannot be reached: ${message}`);
  });
  if (info.includes('cluster_enabled:1'))
    throw new StartError(
      `The ${shownRedis(url)} (REDIS_URL) is a node of a Redis Cluster: give the addresses of several of its nodes, with commas between them.`,
    );
}

const SLOTS = 16384;

interface Seen {
  /** Of CLUSTER INFO. */
  isUp: boolean;
  ranges: { slots: number; host: string; port: number }[];
}

type SlotRange = [from: number, to: number, master: [host: string | null, port: number, ...unknown[]], ...replicas: unknown[]];

async function look(redis: Redis): Promise<Seen> {
  const info = String(await redis.cluster('INFO'));
  const ranges = (await redis.cluster('SLOTS')) as unknown as SlotRange[];
  return {
    isUp: info.includes('cluster_state:ok'),
    ranges: ranges.map(([from, to, [host, port]]) => ({ slots: to - from + 1, host: host ?? '', port })),
  };
}

/** A part of a sentence; null when nothing is. @param node the one that was asked */
async function whatIsMissing({ isUp, ranges }: Seen, node: string, withLogin: (address: string) => string): Promise<string | null> {
  const served = ranges.reduce((sum, { slots }) => sum + slots, 0);
  if (served < SLOTS) return `${SLOTS - served} of its ${SLOTS} slots belong to no node`;
  // An empty host means the one that was asked.
  const addressOf = ({ host, port }: Seen['ranges'][number]) =>
    Object.assign(new URL(node), { ...(host ? { hostname: host } : {}), port }).href;
  const masters = [...new Set(ranges.map(addressOf))];
  const away = await Promise.all(
    masters.map((master) =>
      ask(withLogin(master), (redis) => redis.ping()).then(
        () => null,
        ({ message }: Error) => `its node ${shownAddress(master)} cannot be reached (${message})`,
      ),
    ),
  );
  return away.find(Boolean) ?? (isUp ? null : 'it says that it is down (cluster_state)');
}

/** A machine on which everything starts at once is busy. */
const ANSWER_MS = 10_000;

/** Asks one server. Rejects with why it cannot be asked. */
async function ask<T>(address: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = connectRedis(address, { maxRetriesPerRequest: 0, retryStrategy: () => null }) as Redis;
  // The first error says why; that the connection is closed then says nothing more.
  const refused = new Promise<never>((_, reject) => redis.on('error', reject));
  const late = sleep(ANSWER_MS, undefined, { ref: false }).then(() => {
    throw new Error(`no answer within ${ANSWER_MS / 1000} s`);
  });
  try {
    return await Promise.race([refused, late, question(redis)]);
  } catch (error) {
    // Where every address of a name refuses there is only a code.
    const { message, code } = error as NodeJS.ErrnoException;
    throw new Error(message.startsWith('NOAUTH') ? 'it wants a password' : message || code);
  } finally {
    redis.disconnect();
  }
}
