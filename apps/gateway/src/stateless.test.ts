/** Revision 2026-07-28 on both sides: every request by itself. */
import http, { type ServerResponse } from 'node:http';
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFixture, decisionOf, type Fixture, POLICY, post, recordsOf, type Tenant } from './testing/fixture.ts';
import { answerEra, complete, event, json, META, result, sse, stateless } from './testing/stateless-stub.ts';
import type { RunningGateway } from './wiring.ts';

type Behaviour = (request: RecordedRequest, response: ServerResponse) => void;

let fixture: Fixture;
let gateway: RunningGateway;
let behave: Behaviour;
const content = { content: [{ type: 'text', text: 'ok' }] };
const plain: Behaviour = ({ message }, response) => json(response, complete(message?.id, content));

beforeAll(async () => {
  fixture = await createFixture(
    'embedded',
    {
      intercept: (request, response) => {
        if (!answerEra(request, response)) behave(request, response);
        return true;
      },
    },
    { GATEWAY_KEEPALIVE_MS: '100' },
  );
  gateway = await fixture.start();
});
afterAll(() => fixture.stop());
afterEach(() => {
  behave = plain;
});
behave = plain;

const at = ({ path }: Tenant) => gateway.url + path;

async function ask(tenant: Tenant, method: string, params: Record<string, unknown> = {}, changed: Record<string, string | null> = {}) {
  const { body, headers } = stateless(method, params);
  const sent = Object.fromEntries(Object.entries({ ...headers, ...changed }).filter(([, value]) => value !== null)) as Record<
    string,
    string
  >;
  return post(at(tenant), tenant.token, body, sent);
}

test('a client that never discovers is shown on its grant as well, by what it says with each request', async () => {
  const tenant = await fixture.tenant();
  expect((await ask(tenant, 'tools/call', { name: 'slow', arguments: {} })).status).toBe(200);
  await gateway.gateway.usage.flush();
  const grant = await fixture.db.forOrganization(tenant.organizationId, (tx) => tx.grant.findFirst());
  expect(grant).toMatchObject({ lastClient: 'stateless-client 3', lastUsedAt: expect.any(Date) });
});

test('a call goes upstream as the bytes that were judged, with the headers that repeat it, and its answer comes back as it was', async () => {
  const tenant = await fixture.tenant();
  const answered = `{"result":{"n":12345678901234567890,"resultType":"complete","content":[]},"id":"é","jsonrpc":"2.0"}`;
  behave = (_, response) => json(response, answered);
  const body = `{ "id":"\\u00e9","jsonrpc":"2.0","method":"tools/call", "params":{"arguments":{"n":12345678901234567890.10},"name":"slow","_meta":${JSON.stringify(META)}}}`;
  const { headers } = stateless('tools/call', { name: 'slow' });
  const answer = await post(at(tenant), tenant.token, body, {
    ...headers,
    'mcp-param-region': '=?base64?w6k=?=',
    'x-other': '1',
    cookie: 'a=1',
  });
  expect([answer.status, await answer.text()]).toEqual([200, answered]);
  const sent = fixture.upstream.requests.at(-1);
  expect(sent?.body.toString()).toBe(body);
  expect(sent?.headers).toMatchObject({ ...headers, 'mcp-param-region': '=?base64?w6k=?=' });
  for (const name of ['authorization', 'cookie', 'x-other', 'mcp-session-id']) expect(sent?.headers).not.toHaveProperty(name);
});

test('a call is governed, charged and recorded with the client that each request names', async () => {
  const tenant = await fixture.tenant({ ...POLICY, tools: { echo: { rate_limit: { max: 1, window: 60 } } } });
  expect(await (await ask(tenant, 'tools/call', { name: 'echo' })).json()).toEqual(complete(1, content));
  const refused = (await (await ask(tenant, 'tools/call', { name: 'echo' })).json()) as { result: object };
  expect(refused.result).toMatchObject({ resultType: 'complete', isError: true });
  expect(decisionOf(refused.result).code).toBe('limit_reached');
  const denied = (await (await ask(tenant, 'tools/call', { name: 'big' })).json()) as { result: object };
  expect(denied.result).toMatchObject({ resultType: 'complete', isError: true });
  expect(fixture.upstream.calls.filter(({ message }) => message?.params?.name === 'big')).toEqual([]);
  const facts = (await recordsOf(fixture.db, tenant.organizationId)).flatMap((record) => record.facts ?? []);
  expect(facts.map(({ decision, client }) => [decision, client])).toEqual([
    ['allowed', 'stateless-client 3'],
    ['limited', 'stateless-client 3'],
    ['denied', 'stateless-client 3'],
  ]);
});

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
    const tenant = await fixture.tenant();
    await ask(tenant, 'server/discover');
    const seen = fixture.upstream.requests.length;
    const answer = await ask(tenant, 'tools/call', { name: 'slow', _meta: meta }, changed);
    expect(answer.status).toBe(400);
    const { error, id } = (await answer.json()) as { id: number; error: { code: number; data: { supported?: string[] } } };
    expect([id, error.code]).toEqual([1, code]);
    if (code === -32022) expect(error.data).toMatchObject({ supported: ['2026-07-28'], requested: '2030-01-01' });
    expect(fixture.upstream.requests.length).toBe(seen);
    expect((await recordsOf(fixture.db, tenant.organizationId)).at(-1)?.facts).toMatchObject({
      decision: 'rejected',
      serverId: tenant.serverId,
    });
  });

  test('a header that is sent twice', async () => {
    const tenant = await fixture.tenant();
    const { body, headers } = stateless('tools/call', { name: 'slow' });
    const pairs = Object.entries({
      ...headers,
      authorization: `Bearer ${tenant.token}`,
      'content-type': 'application/json',
      host: 'localhost',
    });
    const { hostname, port } = new URL(gateway.url);
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
    const tenant = await fixture.tenant(POLICY, [{ name: 'slow', inputSchema }]);
    const call = { name: 'slow', arguments: { region: 'eu' } };
    expect((await ask(tenant, 'tools/call', call, { 'mcp-param-region': 'eu' })).status).toBe(200);
    const seen = fixture.upstream.requests.length;
    for (const changed of [{ 'mcp-param-region': 'us' }, {} as Record<string, string>]) {
      const answer = await ask(tenant, 'tools/call', call, changed);
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: -32020 } }]);
    }
    expect(fixture.upstream.requests.length).toBe(seen);
  });
});

test('methods that the revision does not have are 404 and -32601; GET and DELETE are 405', async () => {
  const tenant = await fixture.tenant();
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
  const tenant = await fixture.tenant();
  expect((await ask(tenant, 'tools/call', { name: 'slow' }, { 'mcp-session-id': 'nobody’s'.replace('’', '') })).status).toBe(200);
  expect(fixture.upstream.requests.at(-1)?.headers).not.toHaveProperty('mcp-session-id');
});

test('server/discover offers what the policy allows, privately, and not for long', async () => {
  const tenant = await fixture.tenant({ ...POLICY, methods: { 'prompts/*': 'allow' } });
  const { result: found } = (await (await ask(tenant, 'server/discover')).json()) as { result: Record<string, unknown> };
  expect(found).toMatchObject({ supportedVersions: ['2026-07-28'], cacheScope: 'private', resultType: 'complete' });
  expect(Object.keys(found.capabilities as object)).toEqual(expect.arrayContaining(['tools', 'prompts']));
  for (const name of ['resources', 'completions']) expect(found.capabilities).not.toHaveProperty(name);
  expect(JSON.stringify(found.capabilities)).not.toContain('tasks');
  expect(found.ttlMs).toBeLessThanOrEqual(60_000);
});

test('what an upstream calls public is private here, in lists and in what is read, in JSON and in streams', async () => {
  const tenant = await fixture.tenant({ ...POLICY, methods: { 'resources/*': 'allow', 'prompts/*': 'allow' } });
  const values: Record<string, object> = {
    'tools/list': { tools: [{ name: 'slow', inputSchema: { type: 'object' } }, { name: 'big' }] },
    'resources/list': { resources: [] },
    'resources/templates/list': { resourceTemplates: [] },
    'resources/read': { contents: [] },
    'prompts/list': { prompts: [] },
  };
  for (const streamed of [false, true]) {
    behave = ({ message }, response) => {
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

describe('input that a server asks for', () => {
  const elicit = { method: 'elicitation/create', params: { mode: 'form', message: 'Password?', requestedSchema: { type: 'object' } } };
  const asking = (requests: object, id: unknown = 1) =>
    result(id, { resultType: 'input_required', inputRequests: requests, requestState: 's=1' });
  const capable = { _meta: { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } } };

  test.each([false, true])(
    'passes as it came where the policy allows its method, and the retry is judged again (streamed: %s)',
    async (streamed) => {
      const tenant = await fixture.tenant({
        ...POLICY,
        tools: { echo: { rate_limit: { max: 1, window: 60 } } },
        methods: { 'elicitation/*': 'allow' },
      });
      behave = ({ message }, response) => {
        if (streamed) sse(response).end(event(asking({ a: elicit }, message?.id)));
        else json(response, asking({ a: elicit }, message?.id));
      };
      const text = await (await ask(tenant, 'tools/call', { name: 'echo', ...capable })).text();
      expect(text).toBe(streamed ? event(asking({ a: elicit })) : JSON.stringify(asking({ a: elicit })));
      const retry = { name: 'echo', ...capable, inputResponses: { a: { action: 'accept', content: {} } }, requestState: 's=1' };
      expect(await (await ask(tenant, 'tools/call', retry)).text()).toContain('limit_reached');
    },
  );

  test.each([false, true])('does not pass where the policy denies its method, and that is recorded (streamed: %s)', async (streamed) => {
    const tenant = await fixture.tenant({ ...POLICY, methods: { 'sampling/*': 'allow', 'prompts/*': 'allow' } });
    behave = ({ message }, response) => {
      if (streamed) sse(response).end(event(asking({ a: elicit }, message?.id)));
      else json(response, asking({ a: elicit }, message?.id));
    };
    const text = await (await ask(tenant, 'tools/call', { name: 'slow', ...capable })).text();
    expect(text).toContain('[POLICY DENIED] The server asks for elicitation/create');
    expect(text).not.toContain('Password');
    expect(text).toContain('"resultType":"complete"');
    expect(await (await ask(tenant, 'prompts/get', { name: 'p', ...capable })).text()).toContain('"error":{');
    await expect
      .poll(
        async () =>
          (await recordsOf(fixture.db, tenant.organizationId)).filter(({ facts }) => facts?.method === 'elicitation/create').length,
      )
      .toBe(2);
  });

  test('does not pass when the client has not declared that it can answer, or when it is nothing that may be asked', async () => {
    const tenant = await fixture.tenant({ ...POLICY, methods: { 'elicitation/*': 'allow', 'sampling/*': 'allow' } });
    behave = ({ message }, response) => json(response, asking({ a: elicit }, message?.id));
    const undeclared = await ask(tenant, 'tools/call', { name: 'slow' });
    expect([undeclared.status, await undeclared.json()]).toMatchObject([
      400,
      { error: { code: -32021, data: { requiredCapabilities: { elicitation: {} } } } },
    ]);
    for (const requests of [{ a: { method: 'tools/call' } }, { a: 7 }, [elicit]]) {
      behave = ({ message }, response) => json(response, asking(requests, message?.id));
      expect((await ask(tenant, 'tools/call', { name: 'slow', ...capable })).status).toBe(502);
    }
    behave = ({ message }, response) => json(response, result(message?.id, { resultType: 'task', task: {} }));
    expect((await ask(tenant, 'tools/call', { name: 'slow' })).status).toBe(502);
  });
});

describe('subscriptions/listen', () => {
  const note = (method: string, params: object = {}) => ({
    jsonrpc: '2.0',
    method,
    params: { ...params, _meta: { 'io.modelcontextprotocol/subscriptionId': 1 } },
  });
  const wanted = { toolsListChanged: true, promptsListChanged: true, resourceSubscriptions: ['test://a'] };

  test('asks for and tells what the policy allows, is kept alive, and ends when the server ends it', async () => {
    const tenant = await fixture.tenant({ ...POLICY, methods: { 'prompts/list': 'allow' } });
    let asked: unknown;
    behave = ({ message }, response) => {
      asked = message?.params?.notifications;
      sse(response).write(event(note('notifications/subscriptions/acknowledged', { notifications: asked as object })));
      response.write(
        event(note('notifications/resources/updated', { uri: 'test://a' })) + event(note('notifications/message', { data: 'x' })),
      );
      setTimeout(() => response.end(event(note('notifications/tools/list_changed')) + event(complete(message?.id, {}))), 250);
    };
    const text = await (await ask(tenant, 'subscriptions/listen', { notifications: wanted })).text();
    expect(asked).toEqual({ toolsListChanged: true, promptsListChanged: true });
    expect(text).toContain('acknowledged');
    expect(text).toContain('tools/list_changed');
    expect(text).toContain(': keepalive');
    expect(text).not.toContain('resources/updated');
    expect(text).not.toContain('notifications/message');
    expect(text).toContain(event(complete(1, {})));
  });

  test('nothing is listened to when it is not said what', async () => {
    const tenant = await fixture.tenant();
    const answer = await ask(tenant, 'subscriptions/listen', {});
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: -32602 } }]);
  });

  test.each(['grant revoked', 'grant paused', 'server paused', 'organization paused'])('ends within five seconds: %s', async (what) => {
    const tenant = await fixture.tenant();
    let upstreamClosed = false;
    behave = ({ message }, response) => {
      response.once('close', () => (upstreamClosed = true));
      sse(response).write(
        event(note('notifications/subscriptions/acknowledged', { notifications: message?.params?.notifications as object })),
      );
    };
    const stream = await ask(tenant, 'subscriptions/listen', { notifications: wanted });
    const text = stream.text();
    const now = new Date();
    await fixture.change(tenant.organizationId, (tx) =>
      what === 'grant revoked'
        ? tx.grant.updateMany({ data: { revokedAt: now } })
        : what === 'grant paused'
          ? tx.grant.updateMany({ data: { pausedAt: now } })
          : what === 'server paused'
            ? tx.server.updateMany({ data: { pausedAt: now } })
            : tx.organization.updateMany({ data: { pausedAt: now } }),
    );
    const from = Date.now();
    expect(await text).toContain('"resultType":"complete"');
    expect(Date.now() - from).toBeLessThan(5000);
    await expect.poll(() => upstreamClosed).toBe(true);
    const again = await ask(tenant, 'subscriptions/listen', { notifications: wanted });
    expect([again.status, await again.text()]).toEqual(
      what === 'grant revoked' ? [401, expect.anything()] : [200, expect.stringContaining('"paused"')],
    );
  });

  test('ends upstream when the client goes away', async () => {
    const tenant = await fixture.tenant();
    const closed = new Promise<void>((resolve) => {
      behave = (_, response) => {
        response.once('close', () => resolve());
        sse(response).write(': open\n\n');
      };
    });
    const gone = new AbortController();
    const { body, headers } = stateless('subscriptions/listen', { notifications: wanted });
    const all = { ...headers, authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' };
    const stream = await fetch(at(tenant), { method: 'POST', body: JSON.stringify(body), headers: all, signal: gone.signal });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    gone.abort();
    await closed;
  });
});

test.each([false, true])('closing the answer cancels the call upstream, and the log says so (streamed: %s)', async (streamed) => {
  const tenant = await fixture.tenant();
  let arrived = false;
  const closed = new Promise<void>((resolve) => {
    behave = (_, response) => {
      arrived = true;
      response.once('close', () => resolve());
      if (streamed) sse(response).write(': working\n\n');
    };
  });
  const gone = new AbortController();
  const { body, headers } = stateless('tools/call', { name: 'slow' });
  const all = { ...headers, authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' };
  const sent = fetch(at(tenant), { method: 'POST', body: JSON.stringify(body), headers: all, signal: gone.signal })
    .then((r) => r.text())
    .catch(() => {});
  await expect.poll(() => arrived).toBe(true);
  if (streamed) await new Promise((resolve) => setTimeout(resolve, 50));
  gone.abort();
  await closed;
  await sent;
  await expect
    .poll(async () => (await recordsOf(fixture.db, tenant.organizationId)).find(({ type }) => type === 'end')?.end)
    .toMatchObject({ outcome: 'client_gone' });
});

test('notifications of the answer pass, requests and whatever else a server may not send there do not', async () => {
  const tenant = await fixture.tenant({ ...POLICY, methods: { 'elicitation/*': 'allow', 'sampling/*': 'allow' } });
  const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } };
  behave = ({ message }, response) =>
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
  const tenant = await fixture.tenant();
  const seen = fixture.upstream.requests.length;
  const body = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
  expect((await post(at(tenant), tenant.token, body, { 'mcp-protocol-version': '2026-07-28' })).status).toBe(202);
  expect(fixture.upstream.requests.length).toBe(seen);
});

test('the server is asked for its era once, however many call', async () => {
  const tenant = await fixture.tenant();
  const probes = () => fixture.upstream.requests.filter(({ message }) => message?.id === 'toolgate-discover').length;
  const before = probes();
  await Promise.all([1, 2, 3, 4].map(() => ask(tenant, 'tools/call', { name: 'slow' })));
  await ask(tenant, 'tools/call', { name: 'slow' });
  expect(probes() - before).toBe(1);
});
