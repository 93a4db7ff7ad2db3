import { randomBytes } from 'node:crypto';
import { createTestDatabase } from '@toolgate/testing/databases';
import { createOrganization } from '@toolgate/testing/factories';
import { startTestRedis } from '@toolgate/testing/redis';
import { startTcpProxy } from '@toolgate/testing/tcp-proxy';
import { expect, test } from 'vitest';
import { createServices } from './create-services.ts';
import { pauseOrganization } from './organization/pause.ts';
import { resumeOrganization } from './organization/resume.ts';

const keys = `test:${randomBytes(32).toString('base64')}`;

test('with a Redis ledger a change is in force when Redis was told, and says so when it was not', async () => {
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  const proxy = await startTcpProxy(redis.url);
  const ledger = { kind: 'redis', redisUrl: proxy.url } as const;
  const s = createServices({ databaseUrl: database.urlAs('toolgate_app'), keys, ledger, patienceMs: 60_000 });
  try {
    const { id } = await createOrganization(s.db);
    const actor = { kind: 'operator', organizationId: id, name: 'test' } as const;
    const read = () => s.db.forOrganization(id, (tx) => tx.organization.findUniqueOrThrow({ where: { id } }));
    // Saying it again changes nothing but tells Redis, should it have been too busy for the first time.
    await expect.poll(() => pauseOrganization(s, actor), { timeout: 60_000 }).toMatchObject({ ok: true, value: { inForce: true } });
    expect(await read()).toMatchObject({ epoch: 2, publishedEpoch: 2, pausedAt: expect.any(Date) });
    proxy.cut();
    expect(await resumeOrganization(s, actor)).toMatchObject({ ok: true, value: { inForce: false } });
    expect(await read()).toMatchObject({ epoch: 3, publishedEpoch: 2, pausedAt: null });
  } finally {
    await s.close();
    await proxy.stop();
    await redis.stop();
    await database.drop();
  }
});

test('without Redis it needs to know where the jobs are', () => {
  const options = { databaseUrl: 'postgresql://127.0.0.1:1/none', keys, ledger: { kind: 'embedded' } } as const;
  expect(() => createServices(options)).toThrow('QUEUE_DATABASE_URL');
});
