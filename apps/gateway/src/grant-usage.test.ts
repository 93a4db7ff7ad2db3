import { createDatabase, type Database } from '@toolgate/db/database';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { createGrant, createOrganization } from '@toolgate/testing/factories';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGrantUsage } from './grant-usage.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_app'));
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

test('a client that says its name with every call is written once a minute, another one at once', async () => {
  const { id: organizationId } = await createOrganization(db);
  const grant = await createGrant(db, organizationId, { servers: [] });
  let now = Date.parse('2026-01-01T00:00:00Z');
  const usage = createGrantUsage(db, () => now);
  const after = async (ms: number, client: string | null) => {
    now += ms;
    usage.note(organizationId, grant.id, client);
    await usage.flush();
    const row = await db.forOrganization(organizationId, (tx) => tx.grant.findFirstOrThrow());
    return [row.lastClient, ((row.lastUsedAt as Date).getTime() - Date.parse('2026-01-01T00:00:00Z')) / 1000];
  };
  expect(await after(0, 'one 1')).toEqual(['one 1', 0]);
  expect(await after(5000, 'one 1')).toEqual(['one 1', 0]);
  expect(await after(5000, null)).toEqual(['one 1', 0]);
  expect(await after(5000, 'two 2')).toEqual(['two 2', 15]);
  expect(await after(5000, 'two 2')).toEqual(['two 2', 15]);
  expect(await after(60_000, 'two 2')).toEqual(['two 2', 80]);
  expect(await after(60_000, null)).toEqual(['two 2', 140]);
  expect(await after(5000, 'two 2')).toEqual(['two 2', 140]);
});
