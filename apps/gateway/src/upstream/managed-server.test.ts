/** Servers that this installation runs itself are reached through the runner, with the runner's token. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGrant, createOrganization, createPolicy, createServer } from '@toolgate/testing/factories';
import { expect, test } from 'vitest';
import { callOf, createFixture, post, recordsOf } from '../testing/fixture.ts';

test('a managed server is called at its place in the runner, and a runner that is away is a typed error', async () => {
  const seen: { url: string | undefined; authorization: string | undefined }[] = [];
  let isAway = false;
  const runner = http.createServer((request, response) => {
    if (isAway) return void request.socket.destroy();
    seen.push({ url: request.url, authorization: request.headers.authorization });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}');
  });
  await new Promise<void>((resolve) => runner.listen(0, '127.0.0.1', resolve));
  const { port } = runner.address() as AddressInfo;
  const environment = {
    TOOLGATE_RUNNER_URL: `http://127.0.0.1:${port}`,
    TOOLGATE_RUNNER_TOKEN: 'runner-secret',
    TOOLGATE_EGRESS_ALLOW: '',
  };
  const fixture = await createFixture('embedded', {}, environment);
  try {
    const { url } = await fixture.start();
    const { id: organizationId, slug } = await createOrganization(fixture.db);
    const server = await createServer(fixture.db, organizationId, { managed: 'wavespeed-demo', tools: [{ name: 'text_to_image' }] });
    const policy = await createPolicy(fixture.db, organizationId, { document: { version: '1', default: 'allow' } });
    const grant = await createGrant(fixture.db, organizationId, { servers: [{ serverId: server.id, policyId: policy.id }] });
    const call = () => post(`${url}/${slug}/mcp`, grant.token, callOf('text_to_image'));
    expect((await call()).status).toBe(200);
    expect(seen).toEqual([{ url: `/${organizationId}/${server.id}/mcp`, authorization: 'Bearer runner-secret' }]);
    // Its port stays its own: somebody else's server would be given the token.
    isAway = true;
    const answer = await call();
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain('runner-secret');
    expect(JSON.stringify(await recordsOf(fixture.db, organizationId))).not.toContain('runner-secret');
  } finally {
    runner.close().closeAllConnections();
    await fixture.stop();
  }
});
