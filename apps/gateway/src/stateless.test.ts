/** Revision 2026-07-28 on both sides: every request by itself. */
import { expect, test } from 'vitest';
import { decisionOf, POLICY, post, recordsOf } from './testing/fixture.ts';
import { type Behaviour, scriptedGateway } from './testing/scripted-gateway.ts';
import { complete, event, json, META, sse, stateless } from './testing/stateless-stub.ts';

const content = { content: [{ type: 'text', text: 'ok' }] };
const plain: Behaviour = ({ message }, response) => json(response, complete(message?.id, content));
const world = scriptedGateway({ otherwise: plain, era: 'stateless' });
const { at, ask } = world;

test('a client that never discovers is shown on its grant as well, by what it says with each request', async () => {
  const tenant = await world.fixture.tenant();
  expect((await ask(tenant, 'tools/call', { name: 'slow', arguments: {} })).status).toBe(200);
  const grant = async () => {
    await world.gateway.gateway.usage.flush();
    return world.fixture.db.forOrganization(tenant.organizationId, (tx) => tx.grant.findFirst());
  };
  // A client is answered before that is noted.
  await expect.poll(grant).toMatchObject({ lastClient: 'stateless-client 3', lastUsedAt: expect.any(Date) });
});

test('a call goes upstream as the bytes that were judged, with the headers that repeat it, and its answer comes back as it was', async () => {
  const tenant = await world.fixture.tenant();
  const answered = `{"result":{"n":12345678901234567890,"resultType":"complete","content":[]},"id":"é","jsonrpc":"2.0"}`;
  world.behave = (_, response) => json(response, answered);
  const body = `{ "id":"\\u00e9","jsonrpc":"2.0","method":"tools/call", "params":{"arguments":{"n":12345678901234567890.10},"name":"slow","_meta":${JSON.stringify(META)}}}`;
  const { headers } = stateless('tools/call', { name: 'slow' });
  const answer = await post(at(tenant), tenant.token, body, {
    ...headers,
    'mcp-param-region': '=?base64?w6k=?=',
    'x-other': '1',
    cookie: 'a=1',
  });
  expect([answer.status, await answer.text()]).toEqual([200, answered]);
  const sent = world.fixture.upstream.requests.at(-1);
  expect(sent?.body.toString()).toBe(body);
  expect(sent?.headers).toMatchObject({ ...headers, 'mcp-param-region': '=?base64?w6k=?=' });
  for (const name of ['authorization', 'cookie', 'x-other', 'mcp-session-id']) expect(sent?.headers).not.toHaveProperty(name);
});

test('a call is governed, charged and recorded with the client that each request names', async () => {
  const tenant = await world.fixture.tenant({ ...POLICY, tools: { echo: { rate_limit: { max: 1, window: 3600 } } } });
  expect(await (await ask(tenant, 'tools/call', { name: 'echo' })).json()).toEqual(complete(1, content));
  const refused = (await (await ask(tenant, 'tools/call', { name: 'echo' })).json()) as { result: object };
  expect(refused.result).toMatchObject({ resultType: 'complete', isError: true });
  expect(decisionOf(refused.result).code).toBe('limit_reached');
  const denied = (await (await ask(tenant, 'tools/call', { name: 'big' })).json()) as { result: object };
  expect(denied.result).toMatchObject({ resultType: 'complete', isError: true });
  expect(world.fixture.upstream.calls.filter(({ message }) => message?.params?.name === 'big')).toEqual([]);
  const facts = (await recordsOf(world.fixture.db, tenant.organizationId)).flatMap((record) => record.facts ?? []);
  expect(facts.map(({ decision, client }) => [decision, client])).toEqual([
    ['allowed', 'stateless-client 3'],
    ['limited', 'stateless-client 3'],
    ['denied', 'stateless-client 3'],
  ]);
});

test('methods that the revision does not have are 404 and -32601; GET and DELETE are 405', async () => {
  const tenant = await world.fixture.tenant();
  for (const method of ['ping', 'initialize', 'logging/setLevel', 'resources/subscribe', 'tasks/get', 'nonsense']) {
    const answer = await ask(tenant, method);
    expect([method, answer.status, await answer.json()]).toMatchObject([method, 404, { id: 1, error: { code: -32601 } }]);
  }
  for (const method of ['GET', 'DELETE']) {
    const headers = {
      authorization: `Bearer ${tenant.token}`,
      'mcp-protocol-version': '2026-07-28',
      'mcp-session-id': 'x',
      'last-event-id': '1',
    };
    expect((await fetch(at(tenant), { method, headers })).status).toBe(405);
  }
});

test('a session id is ignored', async () => {
  const tenant = await world.fixture.tenant();
  expect((await ask(tenant, 'tools/call', { name: 'slow' }, { 'mcp-session-id': 'nobody’s'.replace('’', '') })).status).toBe(200);
  expect(world.fixture.upstream.requests.at(-1)?.headers).not.toHaveProperty('mcp-session-id');
});

test('server/discover offers what the policy allows, privately, and not for long', async () => {
  const tenant = await world.fixture.tenant({ ...POLICY, methods: { 'prompts/*': 'allow' } });
  const { result: found } = (await (await ask(tenant, 'server/discover')).json()) as { result: Record<string, unknown> };
  expect(found).toMatchObject({ supportedVersions: ['2026-07-28'], cacheScope: 'private', resultType: 'complete' });
  expect(Object.keys(found.capabilities as object)).toEqual(expect.arrayContaining(['tools', 'prompts']));
  for (const name of ['resources', 'completions']) expect(found.capabilities).not.toHaveProperty(name);
  expect(JSON.stringify(found.capabilities)).not.toContain('tasks');
  expect(found.ttlMs).toBeLessThanOrEqual(60_000);
});

test('what an upstream calls public is private here, in lists and in what is read, in JSON and in streams', async () => {
  const tenant = await world.fixture.tenant({ ...POLICY, methods: { 'resources/*': 'allow', 'prompts/*': 'allow' } });
  const values: Record<string, object> = {
    'tools/list': { tools: [{ name: 'slow', inputSchema: { type: 'object' } }, { name: 'big' }] },
    'resources/list': { resources: [] },
    'resources/templates/list': { resourceTemplates: [] },
    'resources/read': { contents: [] },
    'prompts/list': { prompts: [] },
  };
  for (const streamed of [false, true]) {
    world.behave = ({ message }, response) => {
      const answer = complete(message?.id, { ...values[message?.method as string], ttlMs: 3_600_000, cacheScope: 'public' });
      if (streamed) sse(response).end(event(answer));
      else json(response, answer);
    };
    for (const method of Object.keys(values)) {
      const text = await (await ask(tenant, method, method === 'resources/read' ? { uri: 'test://a' } : {})).text();
      expect([method, text]).toEqual([method, expect.stringContaining('"cacheScope":"private"')]);
      expect(text).toContain('"ttlMs":60000');
      expect(text).not.toContain('big');
    }
  }
});

test.each([false, true])('closing the answer cancels the call upstream, and the log says so (streamed: %s)', async (streamed) => {
  const tenant = await world.fixture.tenant();
  let arrived = false;
  const closed = new Promise<void>((resolve) => {
    world.behave = (_, response) => {
      arrived = true;
      response.once('close', () => resolve());
      if (streamed) sse(response).write(': working\n\n');
    };
  });
  const gone = new AbortController();
  const { body, headers } = stateless('tools/call', { name: 'slow' });
  const all = { ...headers, authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' };
  const answered = fetch(at(tenant), { method: 'POST', body: JSON.stringify(body), headers: all, signal: gone.signal });
  const read = answered.then((answer) => answer.text()).catch(() => {});
  await expect.poll(() => arrived).toBe(true);
  if (streamed) await answered;
  gone.abort();
  await closed;
  await read;
  await expect
    .poll(async () => (await recordsOf(world.fixture.db, tenant.organizationId)).find(({ type }) => type === 'end')?.end)
    .toMatchObject({ outcome: 'client_gone' });
});

test('notifications of the answer pass, requests and whatever else a server may not send there do not', async () => {
  const tenant = await world.fixture.tenant({ ...POLICY, methods: { 'elicitation/*': 'allow', 'sampling/*': 'allow' } });
  const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } };
  world.behave = ({ message }, response) =>
    sse(response).end(
      event({ jsonrpc: '2.0', id: 9, method: 'sampling/createMessage', params: {} }) +
        event({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }) +
        event(progress) +
        event(complete(message?.id, content)),
    );
  const text = await (await ask(tenant, 'tools/call', { name: 'slow', _meta: { progressToken: 'p' } })).text();
  expect(text).toBe(event(progress) + event(complete(1, content)));
});

test('a notification is accepted and concerns nobody', async () => {
  const tenant = await world.fixture.tenant();
  const seen = world.fixture.upstream.requests.length;
  const body = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
  expect((await post(at(tenant), tenant.token, body, { 'mcp-protocol-version': '2026-07-28' })).status).toBe(202);
  // What comes after it is the only one that gets there, but for the question which era it is.
  expect((await ask(tenant, 'tools/call', { name: 'slow' })).status).toBe(200);
  expect(world.fixture.upstream.requests.slice(seen).filter(({ message }) => message?.id !== 'toolgate-discover')).toHaveLength(1);
});

test('the server is asked for its era once, however many call', async () => {
  const tenant = await world.fixture.tenant();
  const probes = () => world.fixture.upstream.requests.filter(({ message }) => message?.id === 'toolgate-discover').length;
  const before = probes();
  await Promise.all([1, 2, 3, 4].map(() => ask(tenant, 'tools/call', { name: 'slow' })));
  await ask(tenant, 'tools/call', { name: 'slow' });
  expect(probes() - before).toBe(1);
});
