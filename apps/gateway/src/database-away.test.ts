/** What still works while PostgreSQL is away: with Redis what is known, with the embedded ledger nothing; and both come back. */
import { createDatabase, type Database } from '@toolgate/db/database';
import { newToken } from '@toolgate/services/grant/token';
import { expect, test } from 'vitest';
import { callOf, createFixture, initialize, post } from './testing/fixture.ts';

test.each([
  ['redis', 200],
  ['embedded', 503],
] as const)('with the %s ledger a known grant is answered %i, an unknown one 503', async (kind, expected) => {
  const fixture = await createFixture(kind);
  const admin = createDatabase(process.env.TEST_DATABASE_URL as string);
  const name = new URL(fixture.settings.databaseUrl).pathname.slice(1);
  const allow = (yes: boolean) => admin.pool.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS ${yes}`);
  try {
    const { url } = await fixture.start();
    const tenant = await fixture.tenant();
    const opened = await post(url + tenant.path, tenant.token, initialize);
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
    const call = async (token: string) => (await post(url + tenant.path, token, callOf('slow'), headers)).status;
    expect(await call(tenant.token)).toBe(200);
    await allow(false);
    await expect.poll(() => endConnections(admin, name)).toBe(0);
    expect(await call(tenant.token)).toBe(expected);
    expect(await call(newToken())).toBe(503);
    const seen = fixture.upstream.calls.length;
    expect(seen).toBe(expected === 200 ? 2 : 1);
    await allow(true);
    await expect.poll(() => call(tenant.token)).toBe(200);
    await expect.poll(() => call(newToken())).toBe(401);
  } finally {
    await allow(true);
    await admin.close();
    await fixture.stop();
  }
});

/** Tells every session of a database to end. @returns how many there were: those that are told are still there for a moment. */
async function endConnections({ pool }: Database, name: string): Promise<number> {
  const { rows } = await pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  return rows.length;
}
