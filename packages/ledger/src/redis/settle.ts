/** Tells Redis how a call ended. */
import { endWithRefunds, givenBack } from '../given-back.ts';
import { endJson } from '../intent.ts';
import type { Charge, SettleRequest } from '../ledger.ts';
import type { RedisScripts } from './redis-scripts.ts';
import { SETTLE } from './scripts.ts';
import { auditStream, counterKey, leaseKey, shadowKey, shadowLeaseKey, shardOf } from './shard.ts';

/**
 * Frees its leases and gives back what its end gives back. 'no': it is certain that it was not told; false: it may have been.
 * @param parts of the coarse counters among its charges and shadow charges (`coarseParts`)
 */
export async function settleOnce(redis: RedisScripts, call: SettleRequest, parts: string[] | undefined): Promise<boolean | 'no'> {
  const { organizationId, callId, charges, leases = [], shadow = [], shadowLeases = [], end, refund } = call;
  const given = givenBack(call);
  const counters = [
    ...given.map((index) => ({
      key: counterKey(organizationId, charges[index] as Charge),
      charge: charges[index] as Charge,
      name: String(index),
      part: index,
    })),
    ...(refund ? shadow : []).map((charge, i) => ({
      key: shadowKey(organizationId, charge),
      charge,
      name: `s${i}`,
      part: charges.length + i,
    })),
  ];
  const freed = [
    ...leases.map((lease) => leaseKey(organizationId, lease)),
    ...shadowLeases.map((lease) => shadowLeaseKey(organizationId, lease)),
  ];
  const keys = [auditStream(shardOf(organizationId)), ...freed, ...counters.map(({ key }) => key)];
  const answer = await redis.run(SETTLE, keys, () => [
    endJson(organizationId, callId, endWithRefunds(end, charges, given)),
    callId,
    freed.length,
    ...counters.flatMap(({ charge, name, part }) => [charge.amountMicros, name, parts?.[part] ?? '']),
  ]);
  return answer.ok || (answer.sent ? false : 'no');
}
