/** A server that fails again and again costs its callers no time, and others nothing. When it is tried again: circuit.test.ts. */
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { expect, test } from 'vitest';
import { callOf, createFixture, post, recordsOf } from '../testing/fixture.ts';

test('after five failures a server is left alone: typed, not sent, refunded; others go on; it is used again when it is back', async () => {
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
    let seen = requests.length;
    // After the pause, of which a busy machine may make much, one of them may try it again; never both.
    const both = await Promise.all([call(failing, 'down'), call(failing, 'down')]);
    const [refused] = both.filter(({ status }) => status === 503);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(await refused?.text()).toContain('upstream_unavailable');
    expect(requests.length - seen).toBe(both.filter(({ status }) => status === 502).length);
    await expect
      .poll(async () => (await recordsOf(fixture.db, failing.organizationId)).map(({ end }) => end))
      .toContainEqual(expect.objectContaining({ code: 'upstream_unavailable', refunded: true }));
    expect((await call(healthy, 'up')).status).toBe(200);
    down = false;
    seen = requests.length;
    await expect.poll(async () => (await call(failing, 'down')).status, { interval: 100 }).toBe(200);
    expect(requests.length).toBe(seen + 1);
  } finally {
    await fixture.stop();
  }
});
