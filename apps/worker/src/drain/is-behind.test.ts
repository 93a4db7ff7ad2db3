/** Whoever looks at the log learns that nobody writes it, whichever store is away. */
import { createDatabase, type Database } from '@toolgate/db/database';
import { isAuditBehind } from '@toolgate/services/audit/is-behind';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDrain } from './drain.ts';

let database: TestDatabase;
let app: Database;
let worker: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  app = createDatabase(database.urlAs('toolgate_app'));
  worker = createDatabase(database.urlAs('toolgate_worker'));
});
afterAll(async () => {
  await Promise.all([app.close(), worker.close()]);
  await database.drop();
});

test('the log is behind until a worker drains, and again when it cannot read what there is or is gone', { timeout: 240_000 }, async () => {
  const redis = await startTestRedis();
  expect(await isAuditBehind({ db: app })).toBe(true);
  const drain = startDrain({ pool: worker.pool, redisUrl: redis.url, log: () => {} });
  try {
    await expect.poll(() => isAuditBehind({ db: app }), { timeout: 60_000 }).toBe(false);
    await redis.stop();
    await expect.poll(() => isAuditBehind({ db: app }), { timeout: 120_000, interval: 500 }).toBe(true);
  } finally {
    await drain.stop();
  }
});
