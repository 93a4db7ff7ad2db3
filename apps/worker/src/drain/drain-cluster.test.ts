/** The streams of a Redis Cluster are spread over its nodes: all are drained, each record once. */
import { randomUUID } from 'node:crypto';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase } from '@toolgate/db/database';
import { createLedger } from '@toolgate/ledger/create';
import { createTestDatabase } from '@toolgate/testing/databases';
import { startTestRedisCluster, type TestRedisCluster } from '@toolgate/testing/redis-cluster';
import { expect, test } from 'vitest';
import { type Drain, startDrain } from './drain.ts';

test('calls of organizations on all nodes of a cluster reach the audit log, once each, also while the worker was away', async () => {
  const database = await createTestDatabase();
  const [app, worker] = [
    createDatabase(database.urlAs('toolgate_app'), { patienceMs: 60_000 }),
    createDatabase(database.urlAs('toolgate_worker')),
  ];
  const { url, stop } = (await startTestRedisCluster()) as TestRedisCluster;
  const ledger = createLedger({ kind: 'redis', redisUrl: url, pool: app.pool, gatewayId: 'gw', answerMs: 60_000 });
  const organizations = Array.from({ length: 24 }, () => randomUUID());
  const callAll = () =>
    Promise.all(
      organizations.map(async (organizationId) => {
        const callId = randomUUID();
        const facts = auditFacts({ id: callId, organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed' });
        expect((await ledger.admit({ organizationId, epoch: 1, charges: [], callId, facts })).kind).toBe('admitted');
        const end = { outcome: 'ok', code: null, message: null, latencyMs: 1 } as const;
        await ledger.settle({ organizationId, callId, charges: [], end, refund: false });
      }),
    );
  const count = async (id: string) => app.forOrganization(id, (tx) => tx.auditEvent.count());
  const counts = () => Promise.all(organizations.map(count));
  const log: string[] = [];
  const drains: Drain[] = [];
  const start = () => {
    const drain = startDrain({ pool: worker.pool, redisUrl: url, log: (line) => void log.push(line) });
    drains.push(drain);
    return drain;
  };
  try {
    for (const id of organizations) {
      await app.forOrganization(id, (tx) => tx.organization.create({ data: { id, slug: id, name: id } }));
      await ledger.publishEpoch(id, 1);
    }
    const first = start();
    await callAll();
    await expect.poll(counts, { timeout: 60_000 }).toEqual(organizations.map(() => 1));
    await first.stop();
    await callAll();
    start();
    await expect.poll(counts, { timeout: 60_000 }).toEqual(organizations.map(() => 2));
    // That a store was slow, on a busy machine, is no fault: it was asked again.
    expect(log.filter((line) => !/failed and is tried again: (Redis did not answer in time|timeout exceeded)/.test(line))).toEqual([]);
  } finally {
    await Promise.all(drains.map((drain) => drain.stop()));
    await ledger.close();
    await stop();
    await Promise.all([app.close(), worker.close()]);
    await database.drop();
  }
});
