/** Databases for tests: each a fresh copy of a migrated template on the real PostgreSQL that the test run started. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Role, urlAsRole } from '@toolgate/db/url';
import pg from 'pg';

export const TEMPLATE = 'toolgate_template';

export interface TestDatabase {
  ownerUrl: string;
  urlAs(role: Role): string;
  drop(): Promise<void>;
}

/** Rejects when the run has no PostgreSQL: `npm test` starts one and names it in TEST_DATABASE_URL. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = process.env.TEST_DATABASE_URL;
  if (!adminUrl) throw new Error('TEST_DATABASE_URL is not set: run the tests with vitest from the top of the repository.');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const ownerUrl = new URL(adminUrl);
  ownerUrl.pathname = `/${name}`;
  return {
    ownerUrl: ownerUrl.href,
    urlAs: (role) => urlAsRole(ownerUrl.href, role),
    drop: () => query(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** PostgreSQL: object_in_use. Connections that were told to end have not ended yet; PostgreSQL itself waits five seconds for them. */
const IN_USE = '55006';
const PATIENCE_MS = 60_000;

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // What ends the connection is told by the query; the event, unheard, would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    for (const end = performance.now() + PATIENCE_MS; ; await sleep(200)) {
      try {
        return void (await client.query(sql));
      } catch (error) {
        if ((error as { code?: string }).code !== IN_USE || performance.now() > end) throw error;
      }
    }
  } finally {
    await client.end();
  }
}
