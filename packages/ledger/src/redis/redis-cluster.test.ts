/** A node of a Redis Cluster is away: its organizations wait, the others do not. */
import { randomUUID } from 'node:crypto';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedisCluster, type TestRedisCluster } from '@toolgate/testing/redis-cluster';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdmitRequest, Ledger } from '../ledger.ts';
import { PATIENT_MS, ready } from '../testing/ledger-fixture.ts';
import { createRedisLedger } from './redis-ledger.ts';
import { auditStream, shardOf } from './shard.ts';

let cluster: TestRedisCluster;
let database: TestDatabase;
let db: Database;
let ledger: Ledger;
beforeAll(async () => {
  cluster = (await startTestRedisCluster()) as TestRedisCluster;
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_app'), { patienceMs: PATIENT_MS });
  ledger = await ready(createRedisLedger({ url: cluster.url, gatewayId: 'a', pool: db.pool, answerMs: PATIENT_MS }));
});
afterAll(async () => {
  await ledger.close();
  await cluster.stop();
  await db.close();
  await database.drop();
});

const call = (organizationId: string): AdmitRequest => ({
  organizationId,
  epoch: 1,
  charges: [{ key: 'grant:g1:rate', amountMicros: 1e6, maxMicros: 1e9, windowMs: 60_000, onUnavailable: 'deny' }],
  callId: randomUUID(),
  facts: auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed' }),
});

async function organizationsOn(one: Ledger): Promise<string[]> {
  const ids = Array.from({ length: 40 }, () => randomUUID());
  for (const id of ids) {
    await db.forOrganization(id, (tx) => tx.organization.create({ data: { id, slug: id, name: id } }));
    await one.publishEpoch(id, 1);
  }
  return ids;
}

const LONG = { timeout: 60_000, interval: 200 };
/** The slots of the first node. */
const SLOTS = [0, 5461] as const;

test('while a node hangs the organizations on it are refused, the others pass, and all pass again afterwards', async () => {
  const organizations = await organizationsOn(ledger);
  const first = new Redis(cluster.nodes[0]?.url as string);
  const hangs = await Promise.all(
    organizations.map(async (id) => Number(await first.call('CLUSTER', 'KEYSLOT', auditStream(shardOf(id)))) <= SLOTS[1]),
  );
  first.disconnect();
  expect(new Set(hangs)).toEqual(new Set([true, false]));
  const hasty = await ready(createRedisLedger({ url: cluster.url, gatewayId: 'c', pool: db.pool }));
  const callAll = async () => (await Promise.all(organizations.map((id) => hasty.admit(call(id))))).map(({ kind }) => kind);
  const all = organizations.map(() => 'admitted');
  // What is answered late on a busy machine is asked again; what hangs is never answered.
  await expect.poll(callAll, LONG).toEqual(all);
  const node = cluster.nodes[0]?.pid as number;
  process.kill(node, 'SIGSTOP');
  try {
    for (let i = 0; i < 3; i++) await expect.poll(callAll, LONG).toEqual(hangs.map((does) => (does ? 'unavailable' : 'admitted')));
  } finally {
    process.kill(node, 'SIGCONT');
  }
  await expect.poll(callAll, LONG).toEqual(all);
  await hasty.close();
});

test('organizations whose slot no node serves are told so, and pass when one does', async () => {
  const organizations = await organizationsOn(ledger);
  const nodes = cluster.nodes.map(({ url }) => new Redis(url));
  const [first] = nodes as [Redis];
  const late = createRedisLedger({ url: cluster.url, gatewayId: 'b', pool: db.pool, answerMs: PATIENT_MS });
  const answers = async () => {
    const all = await Promise.all(organizations.map((id) => late.admit(call(id))));
    return new Set(all.map((answer) => (answer.kind === 'unavailable' ? answer.reason : answer.kind)));
  };
  const withoutOwner = async () => {
    // What the first node had said of its slots may reach another one after that has forgotten them.
    for (const node of nodes) await node.call('CLUSTER', 'DELSLOTSRANGE', ...SLOTS).catch(() => {});
    return answers();
  };
  try {
    await expect.poll(withoutOwner, LONG).toEqual(new Set(['admitted', 'The ledger (Redis) cannot be reached.']));
    await first.call('CLUSTER', 'ADDSLOTSRANGE', ...SLOTS);
    await expect.poll(answers, LONG).toEqual(new Set(['admitted']));
  } finally {
    await late.close();
    for (const node of nodes) node.disconnect();
  }
});
