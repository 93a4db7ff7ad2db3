/** A node of a Redis Cluster is away: its organizations wait, the others do not. */
import { randomUUID } from 'node:crypto';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedisCluster, type TestRedisCluster } from '@toolgate/testing/redis-cluster';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdmitRequest, Ledger } from '../ledger.ts';
import { ready } from '../testing/ledger-fixture.ts';
import { createRedisLedger } from './redis-ledger.ts';

let cluster: TestRedisCluster;
let database: TestDatabase;
let db: Database;
let ledger: Ledger;
beforeAll(async () => {
  cluster = (await startTestRedisCluster()) as TestRedisCluster;
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_app'));
  ledger = await ready(createRedisLedger({ url: cluster.url, gatewayId: 'a', pool: db.pool }));
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

test('while a node hangs the organizations on it are refused within a second, the others pass, and all pass within five afterwards', async () => {
  const organizations = await organizationsOn(ledger);
  const callAll = async () => {
    const answers = await Promise.all(
      organizations.map(async (id) => {
        const started = performance.now();
        const { kind } = await ledger.admit(call(id));
        return { kind, ms: performance.now() - started };
      }),
    );
    for (const { ms } of answers) expect(ms).toBeLessThan(1000);
    return answers.map(({ kind }) => kind);
  };
  const all = organizations.map(() => 'admitted');
  expect(await callAll()).toEqual(all);
  const node = cluster.nodes[0]?.pid as number;
  process.kill(node, 'SIGSTOP');
  try {
    for (let i = 0; i < 4; i++) {
      const kinds = await callAll();
      expect([kinds.includes('admitted'), kinds.includes('unavailable')]).toEqual([true, true]);
    }
  } finally {
    process.kill(node, 'SIGCONT');
  }
  await expect.poll(callAll, { timeout: 5000 }).toEqual(all);
});

const POLL = { timeout: 10_000, interval: 200 };

test('organizations whose slot no node serves are told so, and pass when one does', async () => {
  const organizations = await organizationsOn(ledger);
  const nodes = cluster.nodes.map(({ url }) => new Redis(url));
  const [first] = nodes;
  for (const node of nodes) await node.call('CLUSTER', 'DELSLOTSRANGE', 0, 5461);
  const late = createRedisLedger({ url: cluster.url, gatewayId: 'b', pool: db.pool });
  const answers = async () => {
    const all = await Promise.all(organizations.map((id) => late.admit(call(id))));
    return new Set(all.map((answer) => (answer.kind === 'unavailable' ? answer.reason : answer.kind)));
  };
  try {
    await expect.poll(answers, POLL).toEqual(new Set(['admitted', 'The ledger (Redis) cannot be reached.']));
    await first?.call('CLUSTER', 'ADDSLOTSRANGE', 0, 5461);
    await expect.poll(answers, POLL).toEqual(new Set(['admitted']));
  } finally {
    await late.close();
    for (const node of nodes) node.disconnect();
  }
});
