import { createDatabase, type Database } from '@toolgate/db/database';
import { hashToken } from '@toolgate/services/grant/token';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './databases.ts';
import { createGrant, createOrganization, createPolicy, createServer } from './factories.ts';

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

test('the rows make a grant that reaches a server under a policy, found by its token within its organization only', async () => {
  const organization = await createOrganization(db, { epoch: 4 });
  const server = await createServer(db, organization.id, { url: 'http://127.0.0.1:1/mcp', tools: [{ name: 'echo' }] });
  const policy = await createPolicy(db, organization.id, { document: { version: '1', default: 'deny' } });
  const grant = await createGrant(db, organization.id, { servers: [{ serverId: server.id, policyId: policy.id }] });

  const find = (organizationId: string) =>
    db.forOrganization(organizationId, (tx) =>
      tx.grant.findFirst({
        where: { tokenHash: hashToken(grant.token) },
        include: { servers: { include: { policy: { include: { versions: true } }, server: { include: { tools: true } } } } },
      }),
    );
  const found = await find(organization.id);
  expect(found?.servers[0]?.server.tools[0]).toMatchObject({ name: 'echo', state: 'active' });
  expect(found?.servers[0]?.policy.versions[0]).toMatchObject({ number: 1, source: '{"version":"1","default":"deny"}' });
  expect(organization).toMatchObject({ epoch: 4, publishedEpoch: 4 });

  const other = await createOrganization(db);
  expect(await find(other.id)).toBeNull();
});
