import { randomBytes } from 'node:crypto';
import { createTestDatabase } from '@toolgate/testing/databases';
import { createOrganization } from '@toolgate/testing/factories';
import { startTestRedis } from '@toolgate/testing/redis';
import { expect, test } from 'vitest';
import { createServices } from './create-services.ts';
import { pauseOrganization } from './organization/pause.ts';
import { resumeOrganization } from './organization/resume.ts';

const keys = `test:${randomBytes(32).toString('base64')}`;

test('with a Redis ledger a change is in force when Redis was told, and says so when it was not', async () => {
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  const ledger = { kind: 'redis', redisUrl: redis.url } as const;
  const s = createServices({ databaseUrl: database.urlAs('toolgate_app'), keys, ledger });
  try {
    const { id } = await createOrganization(s.db);
    const actor = { kind: 'operator', organizationId: id, name: 'test' } as const;
    const read = () => s.db.forOrganization(id, (tx) => tx.organization.findUniqueOrThrow({ where: { id } }));
    expect(await pauseOrganization(s, actor)).toMatchObject({ ok: true, value: { inForce: true } });
    expect(await read()).toMatchObject({ epoch: 2, publishedEpoch: 2, pausedAt: expect.any(Date) });
    await redis.stop();
    const began = Date.now();
    expect(await resumeOrganization(s, actor)).toMatchObject({ ok: true, value: { inForce: false } });
    expect(Date.now() - began).toBeLessThan(5000);
    expect(await read()).toMatchObject({ epoch: 3, publishedEpoch: 2, pausedAt: null });
  } finally {
    await s.close();
    await redis.stop().catch(() => {});
    await database.drop();
  }
});

test('without Redis it needs to know where the jobs are', () => {
  const options = { databaseUrl: 'postgresql://127.0.0.1:1/none', keys, ledger: { kind: 'embedded' } } as const;
  expect(() => createServices(options)).toThrow('QUEUE_DATABASE_URL');
});
