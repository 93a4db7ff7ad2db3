import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditFacts } from '@toolgate/audit/event';
import { openQueue } from '@toolgate/jobs/connection';
import { migrateQueue } from '@toolgate/jobs/migrate-queue';
import { MAINTENANCE_QUEUE, MAINTENANCE_TASKS } from '@toolgate/jobs/queues';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { startTestRedis } from '@toolgate/testing/redis';
import { startTcpProxy } from '@toolgate/testing/tcp-proxy';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSettings } from './env.ts';
import { startWorker } from './worker.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrateQueue(database.ownerUrl);
});
afterAll(() => database.drop());

const TOOLGATE_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

async function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')], { env: { PATH: process.env.PATH, ...env } });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await expect.poll(() => out, { timeout: 60_000 }).toBe('ready worker\n');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await ended;
  return code;
}

test('it says when it is ready and ends cleanly on SIGTERM, with and without Redis', async () => {
  const redis = await startTestRedis();
  const DATABASE_URL = database.urlAs('toolgate_worker');
  expect(await run({ DATABASE_URL, TOOLGATE_KEYS, REDIS_URL: redis.url, TOOLGATE_LEDGER: 'redis' })).toBe(0);
  expect(await run({ DATABASE_URL, TOOLGATE_KEYS, QUEUE_DATABASE_URL: DATABASE_URL, TOOLGATE_LEDGER: 'embedded' })).toBe(0);
  await redis.stop();
});

test('without Redis at its start it drains what PostgreSQL holds, and sets its schedules once Redis is there', async () => {
  const redis = await startTestRedis();
  const proxy = await startTcpProxy(redis.url);
  proxy.cut();
  const redisUrl = proxy.url;
  const env = { DATABASE_URL: database.urlAs('toolgate_worker'), TOOLGATE_KEYS, REDIS_URL: redisUrl, TOOLGATE_LEDGER: 'redis' };
  const worker = startWorker(readSettings(env), () => {});
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const facts = auditFacts({ id: 'e1', organizationId: 'o1', at: new Date().toISOString(), kind: 'change', action: 'policy.publish' });
  await owner.query('INSERT INTO "AuditRecord" ("organizationId", record) VALUES ($1, $2)', ['o1', { type: 'event', facts }]);
  const events = async () => (await owner.query(`SELECT id FROM "AuditEvent" WHERE "organizationId" = 'o1'`)).rows;
  await expect.poll(events, { timeout: 60_000 }).toEqual([{ id: 'e1' }]);
  proxy.open();
  const queue = openQueue(MAINTENANCE_QUEUE, { redisUrl });
  const schedules = () => Promise.race([queue.getJobSchedulersCount().catch(() => 0), sleep(500, 0)]);
  await expect.poll(schedules, { timeout: 60_000 }).toBe(MAINTENANCE_TASKS.length);
  await queue.close();
  proxy.cut();
  await worker.stop(); // also while Redis is away
  await owner.end();
  await proxy.stop();
  await redis.stop();
});

test('everything that is wrong with its environment is said at once, without a key in it', () => {
  const wrong = { TOOLGATE_KEYS: 'k1:secretsecret', TOOLGATE_LEDGER: 'file', TOOLGATE_RUNNER_URL: 'ftp://x' };
  expect(() => readSettings(wrong)).toThrow(
    /DATABASE_URL is required\.\n.*TOOLGATE_LEDGER must be redis or embedded\.\n.*TOOLGATE_KEYS.*\n.*TOOLGATE_RUNNER_URL/s,
  );
  expect(() => readSettings(wrong)).not.toThrow(/secretsecret/);
  expect(() => readSettings({ DATABASE_URL: 'x', TOOLGATE_KEYS })).toThrow('QUEUE_DATABASE_URL is required when there is no REDIS_URL.');
});

test('a mail server and a sender are given together, and the password is in no error', () => {
  const env = { DATABASE_URL: 'x', QUEUE_DATABASE_URL: 'x', TOOLGATE_KEYS };
  const SMTP_URL = 'smtps://ada:p4ssword@mail.example.com';
  expect(readSettings(env).mail).toBeNull();
  expect(readSettings({ ...env, SMTP_URL, MAIL_FROM: 'Toolgate <t@example.com>' }).mail).toEqual({
    url: SMTP_URL,
    from: { name: 'Toolgate', address: 't@example.com' },
  });
  for (const given of [{ SMTP_URL }, { MAIL_FROM: 't@example.com' }])
    expect(() => readSettings({ ...env, ...given })).toThrow('MAIL_FROM and SMTP_URL are given together or not at all.');
  const wrong = { SMTP_URL: 'http://ada:p4ssword@mail.example.com', MAIL_FROM: 'nobody' };
  expect(() => readSettings({ ...env, ...wrong })).toThrow(
    /SMTP_URL cannot be read: it must be .*\.\nMAIL_FROM cannot be read: it must be .*\.$/,
  );
  expect(() => readSettings({ ...env, ...wrong })).not.toThrow(/p4ssword/);
});
