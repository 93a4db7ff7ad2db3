/** Stores that are slow or silent: every answer within a second, and everything back within five. */
import { newToken } from '@toolgate/services/grant/token';
import { startTcpProxy, type TcpProxy } from '@toolgate/testing/tcp-proxy';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callOf, createFixture, type Fixture, initialize, post } from './testing/fixture.ts';

describe.each([
  ['redis', 200],
  ['embedded', 503],
] as const)('with the %s ledger', (kind, known) => {
  let fixture: Fixture;
  let proxy: TcpProxy;
  let url: string;
  beforeAll(async () => {
    fixture = await createFixture(kind, { answers: 'json' });
    proxy = await startTcpProxy(fixture.settings.databaseUrl);
    fixture.settings.databaseUrl = proxy.url;
    ({ url } = await fixture.start());
  });
  afterAll(async () => {
    await fixture.stop();
    await proxy.stop();
  });

  const answerAgain = () => {
    proxy.delayMs = 0;
    proxy.cut();
    proxy.open();
  };
  test.each([
    ['slow', () => void Object.assign(proxy, { delayMs: 2000 }), () => void Object.assign(proxy, { delayMs: 0 })],
    ['silent', () => void Object.assign(proxy, { delayMs: 3_600_000 }), answerAgain],
  ])(
    `while PostgreSQL is %s a known grant is answered ${known} and an unknown one 503, within a second; both are as before within five`,
    async (_name, begin, finish) => {
      const tenant = await fixture.tenant({ version: '1', default: 'deny', tools: { echo: {} } });
      const opened = await post(url + tenant.path, tenant.token, initialize);
      const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
      const call = async (token: string) => {
        const started = performance.now();
        const { status } = await post(url + tenant.path, token, callOf('echo'), headers);
        return { status, inTime: performance.now() - started < 1000 };
      };
      expect(await call(tenant.token)).toMatchObject({ status: 200 });
      begin();
      try {
        for (let i = 0; i < 2; i++) {
          const answers = await Promise.all([call(tenant.token), call(newToken()), call(tenant.token)]);
          expect(answers).toEqual([known, 503, known].map((status) => ({ status, inTime: true })));
        }
      } finally {
        finish();
      }
      await expect.poll(async () => (await call(tenant.token)).status, { timeout: 5000 }).toBe(200);
      await expect.poll(async () => (await call(newToken())).status, { timeout: 5000 }).toBe(401);
    },
  );
});
