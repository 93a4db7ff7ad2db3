import type { AskedCounters, CounterReader, ReadCounters } from '../counter-reader.ts';
import { connectRedisScripts } from './redis-scripts.ts';
import { READ_USE } from './scripts.ts';
import { counterKey, epochKey, leaseKey } from './shard.ts';

/** So many keys are looked at by one script: calls are admitted between two of them. */
const MOST = 200;
/** No call runs longer than this, so a lease that was lost is over by then. */
const LONGEST_CALL_MICROS = 3_600_000_000;

/**
 * The counters of the Redis ledger as they are. What Redis may have lost is not known until a window has passed.
 * @param answerMs how long a caller waits for a Redis that does not answer.
 */
export function createRedisCounterReader(url: string, answerMs?: number): CounterReader {
  const redis = connectRedisScripts(url, answerMs);

  async function readSome(organizationId: string, { counters, leases }: AskedCounters): Promise<ReadCounters> {
    const keys = [
      epochKey(organizationId),
      ...counters.map((counter) => counterKey(organizationId, counter)),
      ...leases.map((lease) => leaseKey(organizationId, lease)),
    ];
    const answer = await redis.run(READ_USE, keys, () => [
      counters.length,
      ...counters.map(({ windowMs }) => windowMs * 1000),
      LONGEST_CALL_MICROS,
    ]);
    if (!answer.ok) throw new Error(answer.reason);
    const said = answer.reply.slice(2).map(String);
    return {
      counters: counters.map((_, index) => {
        const [used = '', free = ''] = said.slice(2 * index);
        return used === '' ? null : { usedMicros: Number(used), nextFreeInMs: free === '' ? null : Math.ceil(Number(free) / 1000) };
      }),
      running: said.slice(2 * counters.length).map((calls) => (calls === '' ? null : Number(calls))),
    };
  }

  return {
    source: 'ledger',
    async read(organizationId, { counters, leases }) {
      const all: ReadCounters = { counters: [], running: [] };
      for (let from = 0; from < Math.max(counters.length, leases.length); from += MOST) {
        const some = await readSome(organizationId, {
          counters: counters.slice(from, from + MOST),
          leases: leases.slice(from, from + MOST),
        });
        all.counters.push(...some.counters);
        all.running.push(...some.running);
      }
      return all;
    },
    close: () => redis.close(),
  };
}
