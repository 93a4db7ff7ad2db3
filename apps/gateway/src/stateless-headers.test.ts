/** Revision 2026-07-28: what headers say is what the body says. */
import http from 'node:http';
import { describe, expect, test } from 'vitest';
import { POLICY, recordsOf } from './testing/fixture.ts';
import { type Behaviour, scriptedGateway } from './testing/scripted-gateway.ts';
import { complete, json, stateless } from './testing/stateless-stub.ts';

const content = { content: [{ type: 'text', text: 'ok' }] };
const plain: Behaviour = ({ message }, response) => json(response, complete(message?.id, content));
const world = scriptedGateway({ otherwise: plain, era: 'stateless' });
const { ask } = world;

describe('headers and body that disagree are refused with 400 and the code of the revision, and nothing goes upstream:', () => {
  test.each<[string, Record<string, string | null>, Record<string, unknown>, number]>([
    ['no Mcp-Method', { 'mcp-method': null }, {}, -32020],
    ['another Mcp-Method', { 'mcp-method': 'tools/list' }, {}, -32020],
    ['no Mcp-Name', { 'mcp-name': null }, {}, -32020],
    ['another Mcp-Name', { 'mcp-name': 'big' }, {}, -32020],
    ['an Mcp-Name that is no base64', { 'mcp-name': '=?base64?!?=' }, {}, -32020],
    ['no MCP-Protocol-Version', { 'mcp-protocol-version': null }, {}, -32020],
    ['another MCP-Protocol-Version', { 'mcp-protocol-version': '2025-11-25' }, {}, -32020],
    [
      'a revision that nobody knows',
      { 'mcp-protocol-version': '2030-01-01' },
      { 'io.modelcontextprotocol/protocolVersion': '2030-01-01' },
      -32022,
    ],
    ['no capabilities', {}, { 'io.modelcontextprotocol/clientCapabilities': undefined }, -32602],
  ])('%s', async (_, changed, meta, code) => {
    const tenant = await world.fixture.tenant();
    await ask(tenant, 'server/discover');
    const seen = world.fixture.upstream.requests.length;
    const answer = await ask(tenant, 'tools/call', { name: 'slow', _meta: meta }, changed);
    expect(answer.status).toBe(400);
    const { error, id } = (await answer.json()) as { id: number; error: { code: number; data: { supported?: string[] } } };
    expect([id, error.code]).toEqual([1, code]);
    if (code === -32022) expect(error.data).toMatchObject({ supported: ['2026-07-28'], requested: '2030-01-01' });
    expect(world.fixture.upstream.requests.length).toBe(seen);
    expect((await recordsOf(world.fixture.db, tenant.organizationId)).at(-1)?.facts).toMatchObject({
      decision: 'rejected',
      serverId: tenant.serverId,
    });
  });

  test('a header that is sent twice', async () => {
    const tenant = await world.fixture.tenant();
    const { body, headers } = stateless('tools/call', { name: 'slow' });
    const pairs = Object.entries({
      ...headers,
      authorization: `Bearer ${tenant.token}`,
      'content-type': 'application/json',
      host: 'localhost',
    });
    const { hostname, port } = new URL(world.gateway.url);
    const status = await new Promise((resolve, reject) => {
      const request = http.request(
        { hostname, port, path: tenant.path, method: 'POST', setHost: false, headers: [...pairs.flat(), 'mcp-name', 'slow'] },
        (response) => response.resume().once('end', () => resolve(response.statusCode)),
      );
      request.once('error', reject).end(JSON.stringify(body));
    });
    expect(status).toBe(400);
  });

  test('an argument that its tool wants in a header, and is another one there', async () => {
    const inputSchema = { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } };
    const tenant = await world.fixture.tenant(POLICY, [{ name: 'slow', inputSchema }]);
    const call = { name: 'slow', arguments: { region: 'eu' } };
    expect((await ask(tenant, 'tools/call', call, { 'mcp-param-region': 'eu' })).status).toBe(200);
    const seen = world.fixture.upstream.requests.length;
    for (const changed of [{ 'mcp-param-region': 'us' }, {} as Record<string, string>]) {
      const answer = await ask(tenant, 'tools/call', call, changed);
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: -32020 } }]);
    }
    expect(world.fixture.upstream.requests.length).toBe(seen);
  });
});
