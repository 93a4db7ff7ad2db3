/** Stores that are slow or silent: nobody is made to wait for them, and everything comes back by itself. */
import { newToken } from '@toolgate/services/grant/token';
import { startTcpProxy, type TcpProxy } from '@toolgate/testing/tcp-proxy';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callOf, createFixture, type Fixture, initialize, post } from './testing/fixture.ts';

/** What a caller is made to wait for a store, and the least that it would wait without that: transactions are given up after 15 s. */
const STORE_TIMEOUT_MS = 3000;
const LEAST_WAIT_MS = 12_000;

describe.each([
  ['redis', 200],
  ['embedded', 503],
] as const)('with the %s ledger', (kind, known) => {
  let fixture: Fixture;
  let proxy: TcpProxy;
  let url: string;
  beforeAll(async () => {
    fixture = await createFixture(kind, { answers: 'json' }, { GATEWAY_STORE_TIMEOUT_MS: String(STORE_TIMEOUT_MS) });
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
    ['slow', () => void Object.assign(proxy, { delayMs: 4000 }), () => void Object.assign(proxy, { delayMs: 0 })],
    ['silent', () => void Object.assign(proxy, { delayMs: 3_600_000 }), answerAgain],
  ])(
    `while PostgreSQL is %s a known grant is answered ${known} and an unknown one 503, without waiting for it; both are as before when it is`,
    async (_name, begin, finish) => {
      const tenant = await fixture.tenant({ version: '1', default: 'deny', tools: { echo: {} } });
      await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(200);
      const opened = await post(url + tenant.path, tenant.token, initialize);
      const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
      const call = async (token: string) => {
        const started = performance.now();
        const { status } = await post(url + tenant.path, token, callOf('echo'), headers);
        return { status, inTime: performance.now() - started < LEAST_WAIT_MS };
      };
      await expect.poll(async () => (await call(tenant.token)).status).toBe(200);
      begin();
      try {
        for (let i = 0; i < 2; i++) {
          const answers = await Promise.all([call(tenant.token), call(newToken()), call(tenant.token)]);
          expect(answers).toEqual([known, 503, known].map((status) => ({ status, inTime: true })));
        }
      } finally {
        finish();
      }
      await expect.poll(async () => (await call(tenant.token)).status).toBe(200);
      await expect.poll(async () => (await call(newToken())).status).toBe(401);
    },
  );
});
