/** Stateless clients of a server that keeps sessions: whose session is used, and what becomes of it. */
import type { ServerResponse } from 'node:http';
import { createGrant } from '@toolgate/testing/factories';
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createFixture, type Fixture, post, type Tenant } from '../../testing/fixture.ts';
import { event, json, result, sse, stateless } from '../../testing/stateless-stub.ts';
import type { RunningGateway } from '../../wiring.ts';

let fixture: Fixture;
let gateway: RunningGateway;
let misbehave: ((request: RecordedRequest, response: ServerResponse) => boolean) | null = null;

beforeAll(async () => {
  fixture = await createFixture('embedded', { intercept: (request, response) => misbehave?.(request, response) ?? false });
  gateway = await fixture.start();
});
afterAll(() => fixture.stop());
afterEach(() => {
  misbehave = null;
});

const call = async ({ path }: Tenant, token: string, args: object | string = {}, id: number | string = 1, signal?: AbortSignal) => {
  const { body, headers } = stateless('tools/call', { name: 'slow', arguments: {} }, id);
  const text = JSON.stringify(body).replace('"arguments":{}', `"arguments":${typeof args === 'string' ? args : JSON.stringify(args)}`);
  if (!signal) return post(gateway.url + path, token, text, headers);
  const all = { ...headers, authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(gateway.url + path, { method: 'POST', body: text, headers: all, signal });
};
const sessionsOf = (requests: RecordedRequest[]) => [...new Set(requests.map(({ headers }) => headers['mcp-session-id']))];
const since = (count: number) => fixture.upstream.requests.slice(count);
const methods = (requests: RecordedRequest[]) => requests.map(({ message }) => message?.method);

test('calls of one grant share a session that is opened once; another grant never gets it', async () => {
  const tenant = await fixture.tenant();
  const servers = [{ serverId: tenant.serverId, policyId: tenant.policyId }];
  const other = await createGrant(fixture.db, tenant.organizationId, { servers });
  const before = fixture.upstream.requests.length;
  await Promise.all([1, 2, 3].map((id) => call(tenant, tenant.token, {}, id).then((answer) => answer.text())));
  await call(tenant, tenant.token);
  expect(methods(since(before)).filter((method) => method === 'initialize')).toHaveLength(1);
  const mine = sessionsOf(since(before).filter(({ message }) => message?.method === 'tools/call'));
  expect(mine).toEqual([expect.any(String)]);
  const next = fixture.upstream.requests.length;
  expect(await (await call(tenant, other.token)).text()).toContain('"resultType":"complete"');
  const theirs = sessionsOf(since(next).filter(({ message }) => message?.method === 'tools/call'));
  expect(theirs).toEqual([expect.any(String)]);
  expect(theirs).not.toEqual(mine);
});

test('a session that the server has forgotten is opened anew, once, and the call is carried out once', async () => {
  const tenant = await fixture.tenant();
  await call(tenant, tenant.token);
  await fixture.upstream.forgetSessions();
  const before = fixture.upstream.requests.length;
  expect(await (await call(tenant, tenant.token)).text()).toContain('waited');
  expect(methods(since(before))).toEqual(['tools/call', 'initialize', 'notifications/initialized', 'tools/call']);
  misbehave = ({ message }, response) => message?.method === 'tools/call' && Boolean(response.writeHead(404).end());
  const next = fixture.upstream.requests.length;
  expect((await call(tenant, tenant.token)).status).toBe(502);
  expect(methods(since(next)).filter((method) => method === 'tools/call')).toHaveLength(2);
});

test('a server that says with 400 that it has no such session is understood as well; another 400 is an answer', async () => {
  const tenant = await fixture.tenant();
  await call(tenant, tenant.token);
  const refuse = (id: unknown, code: number): typeof misbehave => {
    let refused = false;
    return ({ message }, response) => {
      if (refused || message?.method !== 'tools/call') return false;
      refused = true;
      json(response, { jsonrpc: '2.0', id: id === 'own' ? message.id : id, error: { code, message: 'Bad Request' } }, 400);
      return true;
    };
  };
  misbehave = refuse(null, -32000);
  const before = fixture.upstream.requests.length;
  expect((await call(tenant, tenant.token)).status).toBe(200);
  expect(methods(since(before))).toEqual(['tools/call', 'initialize', 'notifications/initialized', 'tools/call']);
  misbehave = refuse('own', -32602);
  const next = fixture.upstream.requests.length;
  expect(await (await call(tenant, tenant.token, {}, 'mine')).json()).toMatchObject({ id: 'mine', error: { code: -32602 } });
  expect(methods(since(next))).toEqual(['tools/call']);
});

test('numbers that no double holds are the same on both ways', async () => {
  const tenant = await fixture.tenant();
  misbehave = ({ message }, response) => {
    if (message?.method !== 'tools/call') return false;
    json(response, `{"jsonrpc":"2.0","result":{"content":[],"structuredContent":{"n":12345678901234567890.10}},"id":${message.id}}`);
    return true;
  };
  const answer = await call(tenant, tenant.token, '{"n":12345678901234567890.10}', 'mine');
  expect(await answer.text()).toBe(
    '{"jsonrpc":"2.0","result":{"resultType":"complete","content":[],"structuredContent":{"n":12345678901234567890.10}},"id":"mine"}',
  );
  expect(fixture.upstream.calls.at(-1)?.body.toString()).toContain('{"n":12345678901234567890.10}');
});

test('equal ids and progress of several callers reach each of them, and only them', async () => {
  const tenant = await fixture.tenant();
  const waiting: [unknown, unknown, ServerResponse][] = [];
  misbehave = ({ message }, response) => {
    if (message?.method !== 'tools/call') return false;
    waiting.push([message.id, message.params?.arguments?.who, response]);
    if (waiting.length === 2) {
      for (const [id, who, open] of waiting) {
        const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 1, message: who } };
        sse(open).end(event(progress) + event(result(id, { content: [{ type: 'text', text: who }] })));
      }
    }
    return true;
  };
  const [a, b] = await Promise.all(['a', 'b'].map(async (who) => (await call(tenant, tenant.token, { who }, 7)).text()));
  expect(waiting[0]?.[0]).not.toBe(waiting[1]?.[0]);
  for (const [text, mine, other] of [
    [a, 'a', 'b'],
    [b, 'b', 'a'],
  ] as const) {
    expect(text).toContain(`"message":"${mine}"`);
    expect(text).toContain(`"text":"${mine}"`);
    expect(text).toContain('"id":7');
    expect(text).not.toContain(`"${other}"`);
  }
});

test('closing the answer cancels the call within the session, as sessions do', async () => {
  const tenant = await fixture.tenant();
  const gone = new AbortController();
  const seen = fixture.upstream.calls.length;
  const sent = call(tenant, tenant.token, { ms: 100_000 }, 1, gone.signal)
    .then((answer) => answer.text())
    .catch(() => {});
  await expect.poll(() => fixture.upstream.calls.length).toBe(seen + 1);
  gone.abort();
  await sent;
  const { id } = fixture.upstream.calls.at(-1)?.message ?? {};
  await expect
    .poll(() => fixture.upstream.requests.at(-1)?.message)
    .toMatchObject({ method: 'notifications/cancelled', params: { requestId: id } });
});

test('a server that cannot be reached, or refuses the session, is a typed error, and is tried again by the next call', async () => {
  const tenant = await fixture.tenant();
  misbehave = ({ message }, response) => message?.method === 'initialize' && Boolean(response.writeHead(401).end());
  expect(await (await call(tenant, tenant.token)).text()).toContain('upstream_refused_credential');
  misbehave = ({ message }, response) => message?.method === 'initialize' && Boolean(response.destroy());
  expect(await (await call(tenant, tenant.token)).text()).toContain('upstream_unreachable');
  misbehave = null;
  expect((await call(tenant, tenant.token)).status).toBe(200);
});

test('sessions are ended when the gateway stops', async () => {
  const one = await createFixture('embedded');
  const tenant = await one.tenant();
  const running = await one.start();
  const { body, headers } = stateless('tools/call', { name: 'slow', arguments: {} });
  await (await post(running.url + tenant.path, tenant.token, body, headers)).text();
  expect(one.upstream.sessions).toBe(1);
  await running.stop();
  // It does not wait for long: the server may hear of it afterwards.
  await expect.poll(() => one.upstream.sessions).toBe(0);
  await one.stop();
});
