/** A ledger under test, on a real store of its own: the same suites run on each kind. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditFacts, auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import { createTestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { startTestRedisCluster } from '@toolgate/testing/redis-cluster';
import { Cluster, Redis } from 'ioredis';
import type { CounterReader } from '../counter-reader.ts';
import { createCounterReader, createLedger } from '../create.ts';
import type { AdmitRequest, AdmitResult, Charge, Lease, Ledger } from '../ledger.ts';
import { auditStream, shardOf } from '../redis/shard.ts';

/** A machine that has Redis at all has its cluster mode: there is nothing to skip. */
export const KINDS = ['redis', 'redis cluster', 'embedded'] as const;

export interface LedgerFixture {
  ledger: Ledger;
  /** What the control plane looks at the same counters with. */
  reader: CounterReader;
  /** A new one, at epoch 1. */
  organization(): Promise<string>;
  raiseEpoch(id: string, epoch: number): Promise<void>;
  /** What the worker would be given. */
  records(id: string): Promise<Recorded[]>;
  /** What a Redis without persistence does when it starts anew. */
  loseEverything(): Promise<void>;
  stop(): Promise<void>;
}

export interface Recorded {
  type: string;
  callId?: string;
  facts?: AuditFacts;
}

export async function openFixture(kind: (typeof KINDS)[number]): Promise<LedgerFixture> {
  const database = await createTestDatabase();
  const db = createDatabase(database.urlAs('toolgate_app'), { patienceMs: PATIENT_MS });
  const redis = await startStore(kind);
  const options = { kind: redis ? 'redis' : 'embedded', redisUrl: redis?.url, pool: db.pool, answerMs: PATIENT_MS } as const;
  const ledger = await ready(createLedger({ ...options, gatewayId: 'gw' }));
  const reader = createCounterReader(options);
  return {
    ledger,
    reader,
    async organization() {
      const id = randomUUID();
      await db.forOrganization(id, (tx) => tx.organization.create({ data: { id, slug: id, name: id } }));
      await ledger.publishEpoch(id, 1);
      return id;
    },
    async raiseEpoch(id, epoch) {
      await db.forOrganization(id, (tx) => tx.organization.update({ where: { id }, data: { epoch } }));
      await ledger.publishEpoch(id, epoch);
    },
    records: (id) => (redis ? inStream(redis.client, id) : inTable(db, id)),
    loseEverything: async () => void (await redis?.client.flushall()),
    stop: async () => {
      await Promise.all([ledger.close(), reader.close()]);
      redis?.client.disconnect();
      await redis?.stop();
      await db.close();
      await database.drop();
    },
  };
}

/** So long a ledger waits for its store where the test is not about that: on a busy machine a store may get no turn for seconds. */
export const PATIENT_MS = 30_000;

/** Connected: on a busy machine that may take longer than a ledger keeps its callers waiting. */
export async function ready<T extends Pick<Ledger, 'ping'>>(ledger: T): Promise<T> {
  for (const end = performance.now() + 60_000; ; await sleep(50)) {
    try {
      await ledger.ping();
      return ledger;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}

async function startStore(kind: (typeof KINDS)[number]) {
  if (kind === 'embedded') return null;
  if (kind === 'redis') {
    const service = await startTestRedis();
    return { url: service.url, client: new Redis(service.url), stop: service.stop };
  }
  const cluster = await startTestRedisCluster();
  if (!cluster) throw new Error('Install redis-server or valkey-server: these tests run against a real one.');
  return { url: cluster.url, client: new Cluster(cluster.nodes.map(({ url }) => url)), stop: cluster.stop };
}

async function inStream(client: Redis | Cluster, id: string): Promise<Recorded[]> {
  const entries = await client.xrange(auditStream(shardOf(id)), '-', '+');
  const all = entries.map(([, fields]) => JSON.parse(fields[1] as string));
  return all.filter((record) => (record.facts?.organizationId ?? record.organizationId) === id);
}

async function inTable(db: Database, id: string): Promise<Recorded[]> {
  const rows = await db.forOrganization(id, (tx) => tx.auditRecord.findMany({ orderBy: { id: 'asc' } }));
  return rows.map(({ record }) => record as unknown as Recorded);
}

export const factsOf = (organizationId: string): AuditFacts =>
  auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed', tool: 'image_to_image' });

/** `max` and `amount` in units. */
export const charge = (given: Partial<Charge> & { max?: number; amount?: number } = {}): Charge => ({
  key: 'grant:g1:rate',
  windowMs: 60_000,
  onUnavailable: 'deny',
  amountMicros: Math.round((given.amount ?? 1) * 1e6),
  maxMicros: Math.round((given.max ?? 30) * 1e6),
  ...Object.fromEntries(Object.entries(given).filter(([name]) => name === 'key' || name === 'windowMs')),
});

export const lease = (given: Partial<Lease> = {}): Lease => ({ key: 'grant:g1:tool:x', max: 2, ttlMs: 60_000, ...given });

export const request = (organizationId: string, charges: Charge[], epoch = 1): AdmitRequest => ({
  organizationId,
  epoch,
  charges,
  callId: randomUUID(),
  facts: factsOf(organizationId),
});

export const count = (results: AdmitResult[], kind: AdmitResult['kind']): number => results.filter((result) => result.kind === kind).length;

export const times = <T>(n: number, run: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, (_, i) => run(i)));
