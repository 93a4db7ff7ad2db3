/** The second wall around the log: whoever runs as the application or as the worker can add to it and read it, nothing else. */
import { createDatabase, type Database } from '@toolgate/db/database';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let database: TestDatabase;
let owner: pg.Client;
const roles: Partial<Record<'toolgate_app' | 'toolgate_worker', Database>> = {};
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  for (const role of ['toolgate_app', 'toolgate_worker'] as const)
    roles[role] = createDatabase(database.urlAs(role), { patienceMs: 60_000 });
  // One that is made later, as the worker does every day.
  await owner.query(`SELECT toolgate_make_audit_partitions(now() + INTERVAL '5 months')`);
});
afterAll(async () => {
  await owner.end();
  for (const db of Object.values(roles)) await db.close();
  await database.drop();
});

const partitions = async () =>
  (
    await owner.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = '"AuditEvent"'::regclass`,
    )
  ).rows.map(({ name }) => name);

const rewriting = (table: string, column: string) => [
  `UPDATE ${table} SET ${column} = ${column}`,
  `DELETE FROM ${table}`,
  `TRUNCATE ${table}`,
];
const owning = (table: string) => [
  `DROP TABLE ${table}`,
  `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`,
  `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
];

const HISTORY = [
  ['"AuditEvent"', 'message'],
  ['"AuditCheckpoint"', 'hash'],
  ['"AuditCapture"', 'ciphertext'],
  ['"AuditSigningKey"', '"publicKey"'],
  ['"PolicyVersion"', 'source'],
] as const;

describe.each(['toolgate_app', 'toolgate_worker'] as const)('as %s', (role) => {
  const refused = async (sql: string) => expect(roles[role]!.pool.query(sql), sql).rejects.toThrow(/permission denied|must be owner/);

  test('nothing that was recorded can be changed, deleted, emptied or unlocked', async () => {
    for (const [table, column] of HISTORY) for (const sql of [...rewriting(table, column), ...owning(table)]) await refused(sql);
  });

  test('no partition can be reached past its parent, whether old, new or for the rest', async () => {
    const names = await partitions();
    expect(names.length).toBeGreaterThanOrEqual(7);
    for (const name of names) {
      for (const sql of [
        `SELECT * FROM ${name}`,
        `INSERT INTO ${name} SELECT * FROM "AuditEvent"`,
        ...rewriting(name, 'message'),
        ...owning(name),
      ])
        await refused(sql);
      await refused(`ALTER TABLE "AuditEvent" DETACH PARTITION ${name}`);
    }
  });

  test('the roles cannot become the owner, nor give themselves rights', async () => {
    await refused(`GRANT DELETE ON "AuditEvent" TO ${role}`).catch(() => {});
    expect((await owner.query(`SELECT has_table_privilege($1, '"AuditEvent"', 'DELETE') AS may`, [role])).rows).toEqual([{ may: false }]);
    expect(
      (await owner.query(`SELECT rolsuper OR rolbypassrls OR rolcreaterole AS mighty FROM pg_roles WHERE rolname = $1`, [role])).rows,
    ).toEqual([{ mighty: false }]);
  });
});

test('the application can neither place events in the chain nor touch what waits for its place', async () => {
  const app = roles.toolgate_app!.pool;
  for (const sql of [
    'INSERT INTO "AuditEvent" SELECT * FROM "AuditEvent"',
    'INSERT INTO "AuditCheckpoint" SELECT * FROM "AuditCheckpoint"',
    'INSERT INTO "AuditCapture" SELECT * FROM "AuditCapture"',
    "INSERT INTO \"AuditSigningKey\" VALUES ('x', 'x')",
    'INSERT INTO "AuditInstallation" (id) VALUES (1)',
    "INSERT INTO \"AuditChain\" VALUES ('x', 1, 'x')",
    ...rewriting('"AuditChain"', 'hash'),
    ...rewriting('"AuditRecord"', 'record'),
    ...rewriting('"AuditIntent"', 'record'),
    ...rewriting('"AuditCursor"', '"lastId"'),
    `SELECT toolgate_make_audit_partitions(now())`,
    `SELECT toolgate_drop_audit(now(), 1)`,
  ])
    await expect(app.query(sql), sql).rejects.toThrow('permission denied');
});

test('the worker cannot rewrite what waits, nor forget a chain', async () => {
  for (const sql of [
    'UPDATE "AuditRecord" SET record = record',
    'TRUNCATE "AuditRecord"',
    'DELETE FROM "AuditChain"',
    'TRUNCATE "AuditIntent"',
  ])
    await expect(roles.toolgate_worker!.pool.query(sql), sql).rejects.toThrow('permission denied');
});
