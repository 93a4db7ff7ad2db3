import { randomUUID } from 'node:crypto';
import { createDatabase, type Database } from '@toolgate/db/database';
import type { Service } from '@toolgate/embedded/process';
import type { DiscoverPayload } from '@toolgate/jobs/queues';
import { createEpochPublisher, createLedger } from '@toolgate/ledger/create';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePartitions } from './make-partitions.ts';
import { publishEpochs } from './publish-epochs.ts';
import { rediscover } from './rediscover.ts';

let database: TestDatabase;
let app: Database;
let worker: Database;
let redis: Service;
beforeAll(async () => {
  database = await createTestDatabase();
  app = createDatabase(database.urlAs('toolgate_app'));
  worker = createDatabase(database.urlAs('toolgate_worker'));
  redis = await startTestRedis();
});
afterAll(async () => {
  await redis.stop();
  await app.close();
  await worker.close();
  await database.drop();
});

async function organization(epoch: number, publishedEpoch: number): Promise<string> {
  const id = randomUUID();
  await app.forOrganization(id, (tx) => tx.organization.create({ data: { id, slug: id, name: id, epoch, publishedEpoch } }));
  return id;
}

test('a change that is saved but not in force is brought into force, and one that is stays as it is', async () => {
  const ledger = createLedger({ kind: 'redis', redisUrl: redis.url, pool: app.pool, gatewayId: 'gw', answerMs: 60_000 });
  const epochs = createEpochPublisher({ kind: 'redis', redisUrl: redis.url, answerMs: 60_000 });
  const [late, current] = [await organization(4, 3), await organization(2, 2)];
  await ledger.publishEpoch(late, 3);
  expect(await publishEpochs(worker.pool, epochs)).toBe(1);
  expect(await ledger.checkEpoch(late, 3)).toEqual({ kind: 'stale', epoch: 4 });
  const rows = await worker.pool.query('SELECT "publishedEpoch" FROM "Organization" WHERE id = ANY($1)', [[late, current]]);
  expect(rows.rows.map((row) => row.publishedEpoch).sort()).toEqual([2, 4]);
  expect(await publishEpochs(worker.pool, epochs)).toBe(0);
  await ledger.close();
  await epochs.close();
});

test('servers are asked again after six hours, and soon when the first time never came', async () => {
  const organizationId = await organization(1, 1);
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const servers = [
    { id: 'old', status: 'ready', discoveredAt: ago(361) },
    { id: 'fresh', status: 'ready', discoveredAt: ago(10) },
    { id: 'waiting', status: 'discovering', createdAt: ago(2) },
    { id: 'new', status: 'discovering', createdAt: ago(0) },
    { id: 'failing', status: 'failing', createdAt: ago(999) },
  ] as const;
  for (const server of servers) {
    const data = { organizationId, slug: server.id, name: server.id, transport: 'http', ...server } as const;
    await app.forOrganization(organizationId, (tx) => tx.server.create({ data }));
  }
  const asked: DiscoverPayload[] = [];
  await rediscover(worker.pool, { discoverServer: async (payload) => void asked.push(payload), close: async () => {} });
  expect(asked.map(({ serverId }) => serverId).sort()).toEqual(['old', 'waiting']);
});

test('the coming months have their partitions, and gateways that are long gone are forgotten', async () => {
  await worker.prisma.gatewayProcess.create({ data: { id: 'gone', ledger: 'redis', seenAt: new Date(Date.now() - 2 * 24 * 3600_000) } });
  await worker.prisma.gatewayProcess.create({ data: { id: 'here', ledger: 'redis' } });
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const months = async () =>
    (await owner.query(`SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = '"AuditEvent"'::regclass ORDER BY 1`))
      .rows;
  const before = await months();
  // The last month: it is to come whether or not the month ends while this runs.
  const last = before.filter(({ name }) => /_\d{4}_\d{2}/.test(name)).at(-1);
  await owner.query(`DROP TABLE ${last.name}`);
  expect(await months()).not.toContainEqual(last);
  await makePartitions(worker.pool);
  expect(await months()).toEqual(expect.arrayContaining(before));
  expect((await worker.prisma.gatewayProcess.findMany()).map((gateway) => gateway.id)).toEqual(['here']);
  await owner.end();
});
