/** The ledger on Redis, for any number of gateways: one script, one round trip a call. */
import type { CallEnd } from '@toolgate/audit/event';
import type pg from 'pg';
import { abandoned, endJson, eventJson, intentJson } from '../intent.ts';
import type { AdmitRequest, AdmitResult, Charge, CounterState, Ledger, RecordResult } from '../ledger.ts';
import { recordedCharges } from '../recorded-charges.ts';
import { Settlements } from '../settlements.ts';
import { connectRedisScripts, type RedisScripts } from './redis-scripts.ts';
import { ADMIT, PUBLISH, READ, RECORD, RESTORE, SETTLE } from './scripts.ts';
import { auditStream, counterKey, epochKey, shardOf } from './shard.ts';

export interface RedisLedgerOptions {
  url: string;
  /** Of this gateway process: the id of its GatewayProcess row. */
  gatewayId: string;
  /** With it, counters that Redis lost are put back from recorded calls before the organization's calls pass again. */
  pool?: pg.Pool;
}

/** Every method answers within a second; when Redis is away or hangs, `unavailable`. It comes back by itself. */
export function createRedisLedger({ url, gatewayId, pool }: RedisLedgerOptions): Ledger {
  const redis = connectRedisScripts(url);
  const settlements = new Settlements();
  redis.onReady(() => void settlements.flush());
  /** Of running calls with a coarse counter: which part of the window holds each charge. */
  const coarse = new Map<string, string[]>();

  async function settleOnce(
    { organizationId, callId, charges, end, refund }: Settled,
    parts: string[] | undefined,
  ): Promise<boolean | 'no'> {
    const given = refund ? charges : [];
    const answer = await redis.run(SETTLE, [stream(organizationId), ...given.map((c) => counterKey(organizationId, c))], () => [
      endJson(organizationId, callId, { ...end, ...(refund && charges.length > 0 ? { refunded: true } : {}) }),
      callId,
      ...given.flatMap((charge, index) => [charge.amountMicros, index, parts?.[index] ?? '']),
    ]);
    return answer.ok || (answer.sent ? false : 'no');
  }

  async function settle(call: Settled): Promise<void> {
    let parts = coarse.get(call.callId);
    coarse.delete(call.callId);
    const attempt = async () => {
      const told = await settleOnce(call, parts);
      // Whether a shared part was given back is not known any more: giving it back twice would let too much through.
      if (told === false) parts = undefined;
      return told === true;
    };
    if (!(await attempt())) settlements.add(attempt);
  }

  return {
    kind: 'redis',
    async admit(request): Promise<AdmitResult> {
      const { organizationId, charges, callId } = request;
      const answer = await redis.run(ADMIT, admitKeys(request), (deadline) => [
        request.epoch,
        deadline,
        intentJson(request, gatewayId),
        callId,
        ...charges.flatMap(({ amountMicros, maxMicros, windowMs }) => [amountMicros, maxMicros, windowMs * 1000]),
      ]);
      if (!answer.ok) {
        if (answer.sent)
          settlements.add(
            async () => (await settleOnce({ organizationId, callId, charges, end: abandoned(), refund: true }, undefined)) === true,
          );
        return { kind: 'unavailable', reason: answer.reason };
      }
      const result = admitResult(answer.reply);
      const parts = answer.reply.slice(2) as string[];
      if (result.kind === 'admitted' && parts.some(Boolean)) coarse.set(callId, parts);
      return result;
    },
    record: (facts, epoch) => compare(redis, facts.organizationId, epoch, eventJson(facts)),
    async checkEpoch(organizationId, epoch) {
      const result = await compare(redis, organizationId, epoch, '');
      return result.kind === 'recorded' ? { kind: 'current' } : result;
    },
    settle,
    read: (organizationId, charges) => read(redis, organizationId, charges),
    async publishEpoch(organizationId, epoch) {
      const held = pool ? await redis.get(epochKey(organizationId)) : null;
      if (pool && (held === null || held.endsWith('?'))) await restore(redis, pool, organizationId);
      await publish(redis, organizationId, epoch, true);
    },
    ping: () => redis.ping(),
    async close() {
      await settlements.flush();
      settlements.close();
      await redis.close();
    },
  };
}

/** Tells epochs only, for the control plane: it never says that counters are right, so it cannot hide that Redis lost them. */
export function createRedisEpochPublisher(url: string): Pick<Ledger, 'publishEpoch' | 'close'> {
  const redis = connectRedisScripts(url);
  return { publishEpoch: (organizationId, epoch) => publish(redis, organizationId, epoch, false), close: () => redis.close() };
}

type Settled = { organizationId: string; callId: string; charges: Charge[]; end: CallEnd; refund: boolean };

const stream = (organizationId: string): string => auditStream(shardOf(organizationId));

const admitKeys = ({ organizationId, charges }: AdmitRequest): string[] => [
  epochKey(organizationId),
  stream(organizationId),
  ...charges.map((charge) => counterKey(organizationId, charge)),
];

function admitResult(reply: unknown[]): AdmitResult {
  const [code, now, ...rest] = reply as [number, string, ...(string | number)[]];
  if (code === 1) return { kind: 'admitted' };
  if (code === 2) return { kind: 'stale', epoch: heldEpoch(String(rest[0])) };
  const retryMicros = Number(rest[2]);
  return {
    kind: 'limited',
    index: Number(rest[0]),
    remainingMicros: Number(rest[1]),
    retryAfterMs: Math.ceil(retryMicros / 1000),
    resetAt: new Date(Math.ceil((Number(now) + retryMicros) / 1000)),
  };
}

/** An epoch that may not be passed under yet counts as none: the gateway then loads from PostgreSQL and publishes. */
const heldEpoch = (held: string): number | null => (held === '' || held.endsWith('?') ? null : Number(held));

async function compare(redis: RedisScripts, organizationId: string, epoch: number | null, record: string): Promise<RecordResult> {
  const answer = await redis.run(RECORD, [epochKey(organizationId), stream(organizationId)], (deadline) => [epoch ?? '', deadline, record]);
  if (!answer.ok) return { kind: 'unavailable', reason: answer.reason };
  return answer.reply[0] === 2 ? { kind: 'stale', epoch: heldEpoch(String(answer.reply[2])) } : { kind: 'recorded' };
}

async function read(redis: RedisScripts, organizationId: string, charges: Pick<Charge, 'key' | 'windowMs'>[]): Promise<CounterState[]> {
  if (charges.length === 0) return [];
  const answer = await redis.run(
    READ,
    charges.map((charge) => counterKey(organizationId, charge)),
    () => charges.map(({ windowMs }) => windowMs * 1000),
  );
  if (!answer.ok) throw new Error(answer.reason);
  return charges.map((_, i) => {
    const [used, free] = [Number(answer.reply[2 + 2 * i]), String(answer.reply[3 + 2 * i])];
    return { usedMicros: used, nextFreeAt: free === '' ? null : new Date(Date.now() + Math.ceil(Number(free) / 1000)) };
  });
}

async function publish(redis: RedisScripts, organizationId: string, epoch: number, countersAreRight: boolean): Promise<void> {
  const answer = await redis.run(PUBLISH, [epochKey(organizationId)], () => [epoch, countersAreRight ? '1' : '0']);
  if (!answer.ok) throw new Error(answer.reason);
}

async function restore(redis: RedisScripts, pool: pg.Pool, organizationId: string): Promise<void> {
  for (const { key, windowMs, parts } of await recordedCharges(pool, organizationId, null)) {
    const answer = await redis.run(RESTORE, [counterKey(organizationId, { key, windowMs })], () => [
      windowMs * 1000,
      ...parts.flatMap((part) => [part.ageMicros, part.amountMicros, `restored${part.name}`]),
    ]);
    if (!answer.ok) throw new Error(answer.reason);
  }
}
