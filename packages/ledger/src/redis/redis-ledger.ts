/** The ledger on Redis, for any number of gateways: one script, one round trip a call. */
import type pg from 'pg';
import { abandoned, eventJson } from '../intent.ts';
import type { AdmitResult, Charge, CounterState, Ledger, RecordResult, SettleRequest } from '../ledger.ts';
import { Settlements } from '../settlements.ts';
import { admitArguments, admitKeys, admitResult, coarseParts } from './admit.ts';
import { ADMIT } from './admit-script.ts';
import { heldEpoch, publish } from './epoch.ts';
import { PuttingBack } from './put-back.ts';
import { connectRedisScripts, type RedisScripts } from './redis-scripts.ts';
import { READ, RECORD } from './scripts.ts';
import { settleOnce } from './settle.ts';
import { auditStream, counterKey, epochKey, shardOf } from './shard.ts';
import { allowsWithoutLedger, UncountedCalls } from './uncounted-calls.ts';

export interface RedisLedgerOptions {
  /** Of one server, or of several nodes of a cluster with commas between them. */
  url: string;
  /** Of this gateway process: the id of its GatewayProcess row. */
  gatewayId: string;
  /**
   * Of the role toolgate_app. With it, counters that Redis lost are put back from recorded calls before the organization's calls pass
   * again, and calls whose limits all allow it pass while Redis is away, their intents committed to PostgreSQL.
   */
  pool?: pg.Pool;
  /** How long a caller waits for a store that does not answer. */
  answerMs?: number | undefined;
}

/** Every method answers within a second, unless `answerMs` says otherwise; when Redis is away or hangs, `unavailable`. It comes back by itself. */
export function createRedisLedger({ url, gatewayId, pool, answerMs }: RedisLedgerOptions): Ledger {
  const redis = connectRedisScripts(url, answerMs);
  const settlements = new Settlements();
  redis.onReady(() => void settlements.flush());
  const uncounted = pool ? new UncountedCalls(pool, gatewayId, settlements, answerMs) : null;
  const puttingBack = pool && new PuttingBack(redis, pool);
  /** Of running calls with a coarse counter: which part of the window holds each charge. */
  const coarse = new Map<string, string[]>();

  async function settle(call: SettleRequest): Promise<void> {
    if (await uncounted?.settle(call)) return;
    let parts = coarse.get(call.callId);
    coarse.delete(call.callId);
    const attempt = async () => {
      const told = await settleOnce(redis, call, parts);
      // Whether a shared part was given back is not known any more: giving it back twice would let too much through.
      if (told === false) parts = undefined;
      return told === true;
    };
    if (!(await attempt())) settlements.add(attempt);
  }

  return {
    kind: 'redis',
    async admit(request): Promise<AdmitResult> {
      const answer = await redis.run(ADMIT, admitKeys(request), (deadline) => admitArguments(request, deadline, gatewayId));
      if (answer.ok) {
        const parts = coarseParts(answer.reply);
        if (parts) coarse.set(request.callId, parts);
        return admitResult(answer.reply, request);
      }
      if (answer.sent) {
        const given = { ...request, end: abandoned(), refund: true };
        settlements.add(async () => (await settleOnce(redis, given, undefined)) === true);
      } else if (uncounted && allowsWithoutLedger(request)) return uncounted.admit(request);
      return { kind: 'unavailable', reason: answer.reason };
    },
    record: (facts, epoch) => compare(redis, facts.organizationId, epoch, eventJson(facts)),
    async checkEpoch(organizationId, epoch) {
      const result = await compare(redis, organizationId, epoch, '');
      return result.kind === 'recorded' ? { kind: 'current' } : result;
    },
    settle,
    read: (organizationId, charges) => read(redis, organizationId, charges),
    publishEpoch: (organizationId, epoch) =>
      puttingBack ? puttingBack.publish(organizationId, epoch) : publish(redis, organizationId, epoch, 'right'),
    ping: () => redis.ping(),
    async close() {
      await settlements.flush();
      settlements.close();
      await uncounted?.close();
      await redis.close();
    },
  };
}

/** Tells epochs only, for the control plane: it never says that counters are right, so it cannot hide that Redis lost them. */
export function createRedisEpochPublisher(url: string, answerMs?: number): Pick<Ledger, 'publishEpoch' | 'close'> {
  const redis = connectRedisScripts(url, answerMs);
  return { publishEpoch: (organizationId, epoch) => publish(redis, organizationId, epoch, ''), close: () => redis.close() };
}

async function compare(redis: RedisScripts, organizationId: string, epoch: number | null, record: string): Promise<RecordResult> {
  const keys = [epochKey(organizationId), auditStream(shardOf(organizationId))];
  const answer = await redis.run(RECORD, keys, (deadline) => [epoch ?? '', deadline, record]);
  if (!answer.ok) return { kind: 'unavailable', reason: answer.reason };
  return answer.reply[0] === 2 ? { kind: 'stale', epoch: heldEpoch(String(answer.reply[2])) } : { kind: 'recorded' };
}

async function read(redis: RedisScripts, organizationId: string, charges: Pick<Charge, 'key' | 'windowMs'>[]): Promise<CounterState[]> {
  if (charges.length === 0) return [];
  const keys = charges.map((charge) => counterKey(organizationId, charge));
  const answer = await redis.run(READ, keys, () => charges.map(({ windowMs }) => windowMs * 1000));
  if (!answer.ok) throw new Error(answer.reason);
  return charges.map((_, i) => {
    const [used, free] = [Number(answer.reply[2 + 2 * i]), String(answer.reply[3 + 2 * i])];
    return { usedMicros: used, nextFreeAt: free === '' ? null : new Date(Date.now() + Math.ceil(Number(free) / 1000)) };
  });
}
