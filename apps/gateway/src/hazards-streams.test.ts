/** Hazards of gateways of this protocol, by name: what streams comes when it is sent, in both directions. */
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { expect, test } from 'vitest';
import { callOf, POLICY, post, recordsOf } from './testing/fixture.ts';
import { type Behaviour, bearer, LIST, scriptedGateway } from './testing/scripted-gateway.ts';
import { event, json, result, sse } from './testing/stateless-stub.ts';
import { streamedText } from './testing/streamed-text.ts';

const world = scriptedGateway();
const { at, open } = world;
const content = { content: [] };

test('hazard 7: what streams before the answer arrives before the answer, also where the answer is filtered', async () => {
  const tenant = await world.fixture.tenant();
  let finish = () => {};
  world.behave = ({ message }, response) => {
    sse(response).write(event({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'first' } }));
    finish = () => response.end(event(result(message?.id, { tools: [], content: [] })));
  };
  for (const body of [callOf('slow'), LIST]) {
    const answer = await post(at(tenant), tenant.token, body);
    const stream = streamedText(answer);
    await stream.until('first');
    finish();
    await stream.whole();
  }
});

test('hazard 8: silence is filled with comments, towards callers and listeners', async () => {
  const tenant = await world.fixture.tenant();
  const headers = await open(tenant);
  world.fixture.settings.keepaliveMs = 100;
  const ends: (() => void)[] = [];
  world.behave = ({ method, message }, response) => {
    sse(response).flushHeaders();
    ends.push(() => response.end(method === 'GET' ? '' : event(result(message?.id, content))));
  };
  const calls = [post(at(tenant), tenant.token, callOf('slow')), fetch(at(tenant), { headers: { ...headers, ...bearer(tenant) } })];
  const streams = (await Promise.all(calls)).map(streamedText);
  for (const stream of streams) await stream.until(': keepalive\n\n: keepalive\n\n');
  for (const end of ends) end();
  for (const stream of streams) await stream.whole();
});

test('hazard 9: pages are asked for and told of as they are', async () => {
  const tenant = await world.fixture.tenant();
  const cursors: unknown[] = [];
  world.behave = ({ message }, response) => {
    cursors.push(message?.params?.cursor);
    json(response, result(message?.id, { tools: [{ name: 'hidden' }], nextCursor: 'b64==/+"' }));
  };
  const page = await post(at(tenant), tenant.token, { ...LIST, params: { cursor: 'opaque=1' } });
  expect([cursors, await page.json()]).toEqual([['opaque=1'], result(1, { tools: [], nextCursor: 'b64==/+"' })]);
});

test('hazard 10: progress tokens go up, progress and changes of the lists come down', async () => {
  const tenant = await world.fixture.tenant();
  const headers = await open(tenant);
  const changed = event({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
  const progress = event({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 't', progress: 0.5 } });
  let token: unknown;
  world.behave = ({ method, message }, response) => {
    const meta = message?.params?._meta as { progressToken?: unknown } | undefined;
    token ??= meta?.progressToken;
    sse(response).end(method === 'GET' ? changed : progress + event(result(message?.id, content)));
  };
  const call = { ...callOf('slow'), params: { name: 'slow', arguments: {}, _meta: { progressToken: 't' } } };
  expect(await (await post(at(tenant), tenant.token, call, headers)).text()).toContain(progress);
  expect(await (await fetch(at(tenant), { headers: { ...headers, ...bearer(tenant) } })).text()).toContain(changed);
  expect(token).toBe('t');
});

test('hazard 11: what a server asks reaches the client of that session if the policy allows it; else the server is told no, and it is recorded', async () => {
  const ask = { jsonrpc: '2.0', id: 'from-server', method: 'sampling/createMessage', params: { messages: [] } };
  const answers: RecordedRequest[] = [];
  const behaviour: Behaviour = (request, response) => {
    if (request.message?.method === 'initialize') return false;
    if (request.message?.method !== 'tools/call') {
      answers.push(request);
      return response.writeHead(202).end();
    }
    return sse(response).end(event(ask) + event(result(request.message.id, content)));
  };
  const allowed = await world.fixture.tenant({ ...POLICY, methods: { 'sampling/*': 'allow' } });
  const session = await open(allowed);
  world.behave = behaviour;
  expect(await (await post(at(allowed), allowed.token, callOf('slow'), session)).text()).toContain('from-server');
  const answer = { jsonrpc: '2.0', id: 'from-server', result: { role: 'assistant', content: { type: 'text', text: 'x' }, model: 'm' } };
  expect((await post(at(allowed), allowed.token, answer, session)).status).toBe(202);
  expect(answers.map(({ body }) => body.toString())).toEqual([JSON.stringify(answer)]);
  expect(answers[0]?.headers['mcp-session-id']).toBe(world.fixture.upstream.requests.at(-2)?.headers['mcp-session-id']);

  world.behave = null;
  const denied = await world.fixture.tenant();
  const other = await open(denied);
  world.behave = behaviour;
  expect(await (await post(at(denied), denied.token, callOf('slow'), other)).text()).not.toContain('from-server');
  await expect.poll(() => answers[1]?.message).toMatchObject({ id: 'from-server', error: { message: expect.stringContaining('policy') } });
  expect(answers[1]?.headers['mcp-session-id']).not.toBe(answers[0]?.headers['mcp-session-id']);
  await expect
    .poll(
      async () =>
        (await recordsOf(world.fixture.db, denied.organizationId)).find(({ facts }) => facts?.method === 'sampling/createMessage')?.facts,
    )
    .toMatchObject({ decision: 'denied', grantId: denied.grantId });
});
