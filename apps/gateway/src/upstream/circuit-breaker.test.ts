/** A server that fails again and again costs its callers no time, and others nothing. */

import { OPEN_MS } from '@toolgate/egress/upstream/circuit';
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { expect, test } from 'vitest';
import { callOf, createFixture, post, recordsOf } from '../testing/fixture.ts';

test('after five failures a server is left alone: typed, at once, refunded; others go on; it is back within five seconds', async () => {
  let down = false;
  const requests: RecordedRequest[] = [];
  const fixture = await createFixture('embedded', {
    intercept: (request, response) => {
      requests.push(request);
      const isDown = down && request.message?.params?.arguments?.server === 'down';
      if (isDown) response.destroy();
      else response.writeHead(200, { 'content-type': 'application/json' }).end(`{"jsonrpc":"2.0","id":1,"result":{"content":[]}}`);
      return true;
    },
  });
  try {
    const { url } = await fixture.start();
    const [failing, healthy] = [await fixture.tenant(), await fixture.tenant()];
    const call = (tenant: typeof failing, server: string) => post(url + tenant.path, tenant.token, callOf('echo', { server }));
    expect((await call(failing, 'down')).status).toBe(200);
    down = true;
    for (let i = 0; i < 5; i++) expect((await call(failing, 'down')).status).toBe(502);
    const seen = requests.length;
    const refused = await call(failing, 'down');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.text()).toContain('upstream_unavailable');
    expect(requests.length).toBe(seen);
    await expect
      .poll(async () => (await recordsOf(fixture.db, failing.organizationId)).at(-1)?.end)
      .toMatchObject({ code: 'upstream_unavailable', refunded: true });
    expect((await call(healthy, 'up')).status).toBe(200);
    down = false;
    const from = Date.now();
    await expect.poll(async () => (await call(failing, 'down')).status, { timeout: 5000, interval: 100 }).toBe(200);
    expect(Date.now() - from).toBeGreaterThan(OPEN_MS / 2);
  } finally {
    await fixture.stop();
  }
});
