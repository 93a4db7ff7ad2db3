/** Clients and servers of different eras, both of them real. */
import { startConformanceUpstream } from '@toolgate/testing/conformance-upstream/start';
import { createGrant, createPolicy, createServer, type ToolFactory } from '@toolgate/testing/factories';
import { type SseUpstream, startSseUpstream } from '@toolgate/testing/sse-upstream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnyClient, CLIENT_KINDS, type ClientKind, connectAs, toolsOf } from '../../testing/clients.ts';
import { createFixture, type Fixture, initialize, post, type Tenant } from '../../testing/fixture.ts';
import { stateless } from '../../testing/stateless-stub.ts';
import type { RunningGateway } from '../../wiring.ts';
import { askServer } from '../ask-server.ts';

type Upstream = 'session' | 'stateless' | 'both' | 'sse';
const UPSTREAMS: Upstream[] = ['session', 'stateless', 'both', 'sse'];
const METHODS = { 'resources/*': 'allow', 'prompts/*': 'allow', 'completion/*': 'allow', 'sampling/*': 'allow', 'elicitation/*': 'allow' };
const OPEN = {
  version: '1',
  default: 'allow',
  methods: METHODS,
  tools: { test_image_content: { action: 'hide' }, test_audio_content: { action: 'deny' } },
};

let fixture: Fixture;
let gateway: RunningGateway;
let sse: SseUpstream;
const places = {} as Record<Upstream, { path: string; token: string; serverId: string }>;
const stops: (() => Promise<void>)[] = [];
let tenant: Tenant;

beforeAll(async () => {
  sse = await startSseUpstream();
  stops.push(sse.stop);
  const found: Record<Upstream, { url: string; host: string; tools: ToolFactory[] }> = {} as never;
  for (const eras of ['session', 'stateless', 'both'] as const) {
    const upstream = await startConformanceUpstream({ eras });
    stops.push(upstream.stop);
    found[eras] = { ...upstream, tools: await toolsOf(upstream.url, eras === 'stateless' ? 'v2 pinned' : 'v1') };
  }
  found.sse = { ...sse, tools: await toolsOf(sse.url, 'sse') };
  const allow = Object.values(found).map(({ host }) => host);
  fixture = await createFixture('embedded', {}, { TOOLGATE_EGRESS_ALLOW: allow.join() });
  gateway = await fixture.start();
  tenant = await fixture.tenant();
  const policy = await createPolicy(fixture.db, tenant.organizationId, { document: OPEN });
  for (const kind of UPSTREAMS) {
    const server = await createServer(fixture.db, tenant.organizationId, { url: found[kind].url, tools: found[kind].tools });
    const grant = await createGrant(fixture.db, tenant.organizationId, { servers: [{ serverId: server.id, policyId: policy.id }] });
    places[kind] = { path: `${gateway.url}/${tenant.slug}/${server.slug}/mcp`, token: grant.token, serverId: server.id };
  }
});
afterAll(async () => {
  await fixture?.stop();
  await Promise.all(stops.map((stop) => stop()));
});

const PAIRS = UPSTREAMS.flatMap((upstream) => CLIENT_KINDS.map((client): [ClientKind, Upstream] => [client, upstream]));

describe.each(PAIRS)('a client %s, a server %s:', (kind, upstream) => {
  let client: AnyClient;
  beforeAll(async () => {
    client = await connectAs(kind, places[upstream].path, places[upstream].token);
  });
  afterAll(() => client.close());

  test('tools are listed, without what is hidden, and called', async () => {
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toContain('test_simple_text');
    for (const hidden of ['test_image_content', 'test_audio_content']) expect(names).not.toContain(hidden);
    expect(await client.callTool({ name: 'test_simple_text', arguments: {} })).toMatchObject({
      content: [{ type: 'text', text: 'This is a simple text response for testing.' }],
    });
    expect(await client.callTool({ name: 'test_audio_content', arguments: {} })).toMatchObject({ isError: true });
  });

  test('prompts are listed and fetched', async () => {
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toContain('test_simple_prompt');
    expect(await client.getPrompt({ name: 'test_simple_prompt' })).toMatchObject({
      messages: [{ role: 'user', content: { text: 'This is a simple prompt for testing.' } }],
    });
    await expect(client.getPrompt({ name: 'no_such_prompt' })).rejects.toThrow();
  });

  test('resources are listed and read, and one that does not exist is an error', async () => {
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toContain('test://static-text');
    expect(await client.readResource({ uri: 'test://static-text' })).toMatchObject({
      contents: [{ text: 'This is the content of the static text resource.' }],
    });
    await expect(client.readResource({ uri: 'test://nothing' })).rejects.toThrow();
  });

  test('calls at the same time each get their own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.callTool({ name: 'test_simple_text', arguments: {} })));
    for (const answer of answers) expect(answer).toMatchObject({ content: [{ type: 'text' }] });
  });
});

const raw = async (upstream: Upstream, method: string, params: Record<string, unknown> = {}, id: number | string = 1) => {
  const { body, headers } = stateless(method, params, id);
  const answer = await post(places[upstream].path, places[upstream].token, body, headers);
  return { status: answer.status, text: await answer.text() };
};

test('answers of a bridged request have the id that the client gave it, whatever others call theirs', async () => {
  const say = (text: string, ms: number) => raw('sse', 'tools/call', { name: 'say', arguments: { text, ms } }, 'same');
  const answers = await Promise.all([say('a', 80), say('b', 40), say('c', 1)]);
  expect(answers.map(({ text }) => /"text":"(.)"/.exec(text)?.[1])).toEqual(['a', 'b', 'c']);
  for (const { text } of answers) expect(text).toContain('"id":"same"');
});

test('subscriptions to a server that keeps sessions are refused with a text that says why', async () => {
  const { status, text } = await raw('session', 'subscriptions/listen', { notifications: { toolsListChanged: true } });
  expect(status).toBe(200);
  expect(text).toContain('subscriptions/listen cannot be bridged');
});

test('what a server asks of a client that has no session is answered in its place, so that nothing hangs', async () => {
  for (const [upstream, name] of [
    ['session', 'test_sampling'],
    ['sse', 'asks'],
  ] as const) {
    const { text } = await raw(upstream, 'tools/call', { name, arguments: { prompt: 'x' } });
    expect(text).toMatch(/sampling|cannot be bridged/i);
    expect(text).toMatch(/"id":1/);
  }
});

test('input that a stateless server requires is refused for a client of a session with a text that says why', async () => {
  const { path, token } = places.stateless;
  const opened = await post(path, token, initialize);
  const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'test_input_required_result_elicitation', arguments: {} } };
  const answer = await post(path, token, call, headers);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('cannot be bridged')]);
  for (const method of ['resources/subscribe', 'logging/setLevel']) {
    const refused = await post(
      path,
      token,
      { jsonrpc: '2.0', id: 2, method, params: { uri: 'test://static-text', level: 'info' } },
      headers,
    );
    expect(await refused.text()).toContain(`${method} cannot be bridged`);
  }
  expect((await post(path, token, { jsonrpc: '2.0', id: 3, method: 'ping' }, headers)).status).toBe(200);
  expect((await post(path, token, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers)).status).toBe(202);
  for (const method of ['GET', 'DELETE'])
    expect((await fetch(path, { method, headers: { ...headers, authorization: `Bearer ${token}` } })).status).toBe(405);
});

test('a bridged session works on another gateway, which has never seen the server', async () => {
  const fresh = await createFixture('redis', {}, { TOOLGATE_EGRESS_ALLOW: fixture.settings.egressAllow.join() });
  try {
    const [one, two] = [await fresh.start(), await fresh.start()];
    for (const upstream of ['stateless', 'sse'] as const) {
      const { url } = (await fixture.db.forOrganization(tenant.organizationId, (tx) =>
        tx.server.findFirst({ where: { id: places[upstream].serverId } }),
      ))!;
      const other = await fresh.tenant(OPEN, []);
      const server = await createServer(fresh.db, other.organizationId, { url: url as string, tools: [] });
      const grant = await createGrant(fresh.db, other.organizationId, { servers: [{ serverId: server.id, policyId: other.policyId }] });
      const path = `/${other.slug}/${server.slug}/mcp`;
      const opened = await post(one.url + path, grant.token, initialize);
      const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
      const read = { jsonrpc: '2.0', id: 5, method: 'resources/read', params: { uri: 'test://static-text' } };
      expect(await (await post(two.url + path, grant.token, read, headers)).text()).toContain('the static text resource');
    }
  } finally {
    await fresh.stop();
  }
});

describe('one request to one server, as a grant, whatever its era', () => {
  const questionOf = async (upstream: Upstream, method: string, params = {}) => {
    const { directory } = gateway.gateway;
    const organization = await directory.organization(tenant.slug);
    const server = await directory.server(organization!, places[upstream].serverId);
    return { organizationId: tenant.organizationId, grantId: 'some-grant', server: server!, method, params, totalMs: 60_000 };
  };

  test.each(UPSTREAMS)('a server %s', async (upstream) => {
    const listed = await askServer(gateway.gateway, await questionOf(upstream, 'tools/list'));
    expect(listed).toMatchObject({ kind: 'result', result: { tools: expect.any(Array) } });
    const read = await askServer(gateway.gateway, await questionOf(upstream, 'resources/read', { uri: 'test://static-text' }));
    expect(read).toMatchObject({ kind: 'result', result: { contents: [{ text: expect.stringContaining('static text') }] } });
    const missing = await askServer(gateway.gateway, await questionOf(upstream, 'prompts/get', { name: 'nothing' }));
    expect(missing).toMatchObject({ kind: 'error' });
  });

  test('a server that does not answer in time, or cannot be reached, is a value and no exception', async () => {
    const question = await questionOf('session', 'tools/list');
    const server = { ...question.server, url: 'http://127.0.0.1:9/mcp' };
    expect(await askServer(gateway.gateway, { ...question, server })).toMatchObject({ kind: 'fault', fault: 'egress_blocked' });
    expect(await askServer(gateway.gateway, { ...question, grantId: 'late', totalMs: 0 })).toMatchObject({
      kind: 'fault',
      fault: 'upstream_timeout',
    });
  });
});

describe('what a server that keeps sessions says while it works, to a stateless client', () => {
  const call = async (name: string, meta: object = {}) => (await raw('session', 'tools/call', { name, arguments: {}, _meta: meta })).text;
  const level = (logLevel: string) => ({ 'io.modelcontextprotocol/logLevel': logLevel });

  test('is passed as far as the request asks for logs, and no further', async () => {
    expect(await call('test_tool_with_logging')).not.toContain('notifications/message');
    expect(await call('test_tool_with_logging', level('warning'))).not.toContain('notifications/message');
    expect((await call('test_tool_with_logging', level('debug'))).match(/notifications\/message/g)).toHaveLength(3);
    expect((await call('test_tool_with_logging', level('info'))).match(/notifications\/message/g)).toHaveLength(3);
    expect((await call('test_tool_with_progress', { progressToken: 'p' })).match(/notifications\/progress/g)).toHaveLength(3);
  });

  test('has no event ids and no retry times: there is no session in which the stream could be taken up again', async () => {
    const text = await call('test_tool_with_logging', level('debug'));
    expect(text).toMatch(/^(?:event: message\n)?data: \{/);
    expect(text).not.toMatch(/^(?:id|retry):/m);
  });
});

test('a server of 2024-11-05 that restarts is connected to again', async () => {
  const call = () => raw('sse', 'tools/call', { name: 'test_simple_text', arguments: {} });
  expect((await call()).text).toContain('simple text');
  sse.drop();
  await expect.poll(() => sse.streams()).toBe(0);
  expect((await call()).text).toContain('simple text');
});
