/** Hazards of gateways of this protocol, by name: nobody is reached, and nobody reaches in, by another address. */
import http from 'node:http';
import { createGrant, createServer } from '@toolgate/testing/factories';
import { expect, test } from 'vitest';
import { callOf, initialize, post, type Tenant } from './testing/fixture.ts';
import { bearer, scriptedGateway } from './testing/scripted-gateway.ts';
import { sse, stateless } from './testing/stateless-stub.ts';

const world = scriptedGateway();
const { at } = world;

test('hazard 15: other hosts and origins are refused, and the upstream is called by its own name', async () => {
  const tenant = await world.fixture.tenant();
  const headers = { ...bearer(tenant), 'content-type': 'application/json' };
  expect(await rawStatus(tenant, { ...headers, host: 'evil.example' })).toBe(403);
  expect(await rawStatus(tenant, { ...headers, host: 'localhost', origin: 'http://evil.example' })).toBe(403);
  expect(await rawStatus(tenant, { ...headers, host: 'localhost', origin: 'null' })).toBe(403);
  expect(await rawStatus(tenant, { ...headers, host: 'localhost' })).not.toBe(403);
  expect(world.fixture.upstream.requests.at(-1)?.headers.host).toBe(world.fixture.upstream.host);
});

test('hazard 21: no address that is not public is connected to: neither the server’s, nor where it redirects or tells to post', async () => {
  let hits = 0;
  const canary = http.createServer((_, response) => {
    hits++;
    response.end();
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  const { port } = canary.address() as { port: number };
  const tenant = await world.fixture.tenant();
  const internal = await createServer(world.fixture.db, tenant.organizationId, {
    url: `http://127.0.0.1:${port}/mcp`,
    tools: [{ name: 'slow' }],
  });
  const servers = [{ serverId: internal.id, policyId: tenant.policyId }];
  const grant = await createGrant(world.fixture.db, tenant.organizationId, { servers });
  const { body, headers } = stateless('tools/call', { name: 'slow' });
  for (const [sent, with_] of [
    [callOf('slow'), {}],
    [initialize, {}],
    [body, headers],
  ] as [object, Record<string, string>][]) {
    const answer = await post(`${world.gateway.url}/${tenant.slug}/${internal.slug}/mcp`, grant.token, sent, with_);
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('egress_blocked')]);
  }
  world.behave = ({ method }, response) =>
    method === 'POST' ? response.writeHead(405).end() : sse(response).write(`event: endpoint\ndata: http://127.0.0.1:${port}/messages\n\n`);
  expect((await post(at(tenant), tenant.token, initialize)).status).toBe(502);
  world.behave = (_, response) => response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
  expect((await post(at(tenant), tenant.token, callOf('slow'))).status).toBe(502);
  canary.close();
  expect(hits).toBe(0);
});

function rawStatus(tenant: Tenant, headers: Record<string, string>): Promise<number | undefined> {
  const { hostname, port } = new URL(world.gateway.url);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, path: tenant.path, method: 'POST', setHost: false, headers }, (response) =>
      response.resume().once('end', () => resolve(response.statusCode)),
    );
    request.once('error', reject).end(JSON.stringify(initialize));
  });
}
