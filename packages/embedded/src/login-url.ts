import { randomBytes } from 'node:crypto';
import pg from 'pg';

/**
 * Gives a role of the embedded PostgreSQL a new random password, and returns the URL that logs in as it. Who merely acts as the role in
 * the owner's session could become the owner again with one statement.
 */
export async function loginUrl(ownerUrl: string, role: string): Promise<string> {
  const password = randomBytes(32).toString('base64url');
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 30_000 });
  // What ends the connection is told by the query; the event, unheard, would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`ALTER ROLE ${client.escapeIdentifier(role)} PASSWORD ${client.escapeLiteral(password)}`);
  } finally {
    await client.end();
  }
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = password;
  return url.href;
}
