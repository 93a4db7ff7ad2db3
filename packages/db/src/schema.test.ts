import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schemaDiff } from '../../../scripts/schema-diff.ts';
import { assertRestricted, createDatabase, type Database } from './database.ts';

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

test('the migrations produce the schema', async () => {
  expect(await schemaDiff(database.ownerUrl)).toMatchObject({ differs: false });
});

test('every table that has an organization is guarded by row level security, and the drift check would see a change', async () => {
  const { rows } = await db.pool.query<{ table: string }>(
    `SELECT c.relname AS table FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organizationId'
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT c.relrowsecurity`,
  );
  expect(rows).toEqual([]);
});

test('the roles of the application are restricted, and the owner is refused', async () => {
  await expect(assertRestricted(db)).resolves.toBeUndefined();
  const owner = createDatabase(database.ownerUrl);
  await expect(assertRestricted(owner)).rejects.toThrow('row level security');
  await owner.close();
});

test('a transaction sees the rows of its organization only, and cannot write those of another', async () => {
  for (const id of ['one', 'two'])
    await db.forOrganization(id, (tx) => tx.organization.create({ data: { id, slug: `slug-${id}`, name: id } }));
  const server = { organizationId: 'one', id: 's1', slug: 'a', name: 'A', transport: 'http' } as const;
  await db.forOrganization('one', (tx) => tx.server.create({ data: server }));
  expect(await db.forOrganization('one', (tx) => tx.server.count())).toBe(1);
  expect(await db.forOrganization('two', (tx) => tx.server.count())).toBe(0);
  expect(await db.prisma.server.count()).toBe(0);
  expect(await db.forOrganization('two', (tx) => tx.server.deleteMany({}))).toEqual({ count: 0 });
  await expect(db.forOrganization('two', (tx) => tx.server.create({ data: { ...server, id: 's2', slug: 'b' } }))).rejects.toThrow();
});

test('history can be added to but not rewritten, and a partition cannot be reached past its parent', async () => {
  for (const sql of [
    'UPDATE "AuditEvent" SET message = \'x\'',
    'DELETE FROM "AuditEvent"',
    'UPDATE "PolicyVersion" SET source = \'x\'',
    'SELECT * FROM "AuditEvent_other"',
  ])
    await expect(db.pool.query(sql), sql).rejects.toThrow('permission denied');
});
