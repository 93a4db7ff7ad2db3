/** Hazards of gateways of this protocol, by name: what was judged is what is sent, and what is sent was judged. */
import { expect, test } from 'vitest';
import { callOf, decisionOf, POLICY, post } from './testing/fixture.ts';
import { LIST, scriptedGateway } from './testing/scripted-gateway.ts';
import { answerEra, complete, json, result, stateless } from './testing/stateless-stub.ts';

const world = scriptedGateway();
const { at, seen, open } = world;
const content = { content: [] };

test('hazard 1: no body passes that another parser reads otherwise, and the bytes that were judged are those that are sent', async () => {
  const tenant = await world.fixture.tenant();
  const before = seen();
  const text = JSON.stringify(callOf('slow'));
  for (const [from, to] of [
    ['"name":"slow"', '"name":"slow","name":"big"'],
    ['"name":"slow"', '"name":"slow","Name":"big"'],
    ['"method":"tools/call"', '"method":"tools/call","Method":"ping"'],
    ['"params":{', '"param\u017f":{},"params":{'],
    ['"name":"slow"', '"name":"slow","\\u006eame":"big"'],
    ['"name":"slow"', '"name":"slow","__proto__":{}'],
  ] as const) {
    expect((await post(at(tenant), tenant.token, text.replace(from, to))).status).toBe(400);
  }
  expect(seen()).toBe(before);
  world.behave = ({ message }, response) => json(response, result(message?.id, content));
  const odd = text.replace('"arguments":{}', ' "arguments" : {"n":1.0,"big":123456789012345678901}');
  expect((await post(at(tenant), tenant.token, odd)).status).toBe(200);
  expect(world.fixture.upstream.requests.at(-1)?.body.toString()).toBe(odd);
});

test('hazard 2: a body of a type that cannot be read as JSON skips no check, whatever the case of its letters', async () => {
  const tenant = await world.fixture.tenant();
  const denied = callOf('big');
  for (const type of ['APPLICATION/JSON', 'application/json;charset=UTF-8', 'application/json ; charset="utf-8"']) {
    const answer = (await (await post(at(tenant), tenant.token, denied, { 'content-type': type })).json()) as { result: object };
    expect(decisionOf(answer.result).code).toBe('default_deny');
  }
  for (const type of ['text/plain', 'application/json; charset=utf-16', 'application/jsonp', '', 'application/json, text/plain']) {
    expect((await post(at(tenant), tenant.token, denied, { 'content-type': type })).status).toBe(415);
  }
});

test('hazard 3: a batch is refused in every era, so that no element slips by', async () => {
  const tenant = await world.fixture.tenant();
  const headers = await open(tenant);
  const before = seen();
  for (const version of ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28']) {
    for (const batch of [[callOf('slow')], [LIST, callOf('big')], []]) {
      expect((await post(at(tenant), tenant.token, batch, { ...headers, 'mcp-protocol-version': version })).status).toBe(400);
    }
  }
  expect(seen()).toBe(before);
});

test('hazard 16: filtering leaves a tool’s schemas, annotations and _meta whole, and no structured content is touched', async () => {
  const echo = {
    name: 'echo',
    inputSchema: { type: 'object' },
    outputSchema: { type: 'object', properties: { n: { type: 'number' } } },
    annotations: { readOnlyHint: true },
    _meta: { 'x/y': [1] },
    title: 'Echo',
  };
  const tenant = await world.fixture.tenant(POLICY, [echo]);
  const structured = '{"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{"n":1.0}}}';
  world.behave = ({ message }, response) =>
    message?.method === 'tools/list' ? json(response, result(1, { tools: [echo, { name: 'other' }] })) : json(response, structured);
  expect(await (await post(at(tenant), tenant.token, LIST)).json()).toEqual(result(1, { tools: [echo] }));
  expect(await (await post(at(tenant), tenant.token, callOf('echo'))).text()).toBe(structured);
});

test('hazard 20: arguments that a tool wants in headers are there: forwarded, compared, and made for clients that know nothing of them', async () => {
  const inputSchema = { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } };
  const tenant = await world.fixture.tenant(POLICY, [{ name: 'slow', inputSchema }]);
  world.behave = (request, response) => answerEra(request, response) || json(response, complete(request.message?.id, content));
  const { body, headers } = stateless('tools/call', { name: 'slow', arguments: { region: 'é' } });
  const encoded = '=?base64?w6k=?=';
  expect((await post(at(tenant), tenant.token, body, { ...headers, 'mcp-param-region': encoded, 'mcp-param-other': 'kept' })).status).toBe(
    200,
  );
  expect(world.fixture.upstream.requests.at(-1)?.headers).toMatchObject({ 'mcp-param-region': encoded, 'mcp-param-other': 'kept' });
  expect((await post(at(tenant), tenant.token, body, { ...headers, 'mcp-param-region': 'us' })).status).toBe(400);
  const session = await open(tenant);
  expect((await post(at(tenant), tenant.token, callOf('slow', { region: 'é' }), session)).status).toBe(200);
  expect(world.fixture.upstream.requests.at(-1)?.headers).toMatchObject({
    'mcp-param-region': encoded,
    'mcp-name': 'slow',
    'mcp-method': 'tools/call',
  });
});
