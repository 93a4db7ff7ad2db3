/**
 * Applies prisma/migrations/<name>/migration.sql in order and records them exactly as `prisma migrate deploy` does
 * (same table, checksums and advisory lock), without Prisma's engine binary. Either tool may be used on a database.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';

const LOCK_ID = 72707369; // Prisma Migrate's own
const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

/** @param url of the owner of the database. Gives the names of the migrations that it applied. */
export async function migrate(url: string): Promise<string[]> {
  const folder = path.resolve(import.meta.dirname, '../prisma/migrations');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_ID]);
    await client.query(TABLE);
    const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
      'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
    );
    const known = new Map(rows.map((row) => [row.migration_name, row]));
    const names = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    const applied: string[] = [];
    for (const name of names) {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      const row = known.get(name);
      if (!row) {
        await apply(client, name, sql, checksum);
        applied.push(name);
      } else if (!row.finished_at) {
        throw new Error(`Migration ${name} failed earlier: repair the database, delete its row in "_prisma_migrations", and start again.`);
      } else if (row.checksum !== checksum) {
        throw new Error(`Migration ${name} was changed after it had been applied: write a new migration instead.`);
      }
    }
    return applied;
  } finally {
    await client.end(); // the end of the session releases the lock
  }
}

async function apply(client: pg.Client, name: string, sql: string, checksum: string): Promise<void> {
  const id = randomUUID();
  await client.query('INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES ($1, $2, $3)', [id, checksum, name]);
  try {
    await client.query(sql); // several statements in one message are one implicit transaction
    await client.query('UPDATE "_prisma_migrations" SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id]);
  } catch (error) {
    await client.query('UPDATE "_prisma_migrations" SET logs = $2 WHERE id = $1', [id, String(error)]);
    throw error;
  }
}

if (import.meta.main) {
  const url = process.env.DATABASE_URL;
  if (!url) {
    console.error('Set DATABASE_URL to the database to migrate (its owner).');
    process.exit(2);
  }
  const applied = await migrate(url);
  console.log(applied.length ? `Applied ${applied.join(', ')}.` : 'Nothing to apply.');
}
