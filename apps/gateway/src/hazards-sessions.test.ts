/** Hazards of gateways of this protocol, by name: a session, and what is asked in it, is of one client only. */
import { createGrant, createServer } from '@toolgate/testing/factories';
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { expect, test } from 'vitest';
import { answerOver } from './testing/answer-over.ts';
import { callOf, POLICY, post, recordsOf } from './testing/fixture.ts';
import { bearer, LIST, scriptedGateway } from './testing/scripted-gateway.ts';
import { answerEra, event, json, result, sse, stateless } from './testing/stateless-stub.ts';

const world = scriptedGateway();
const { at, seen, open } = world;
const content = { content: [] };

test('hazard 4: a session is bound to its grant and server for POST, GET and DELETE, and is no credential', async () => {
  const tenant = await world.fixture.tenant();
  const headers = await open(tenant);
  const servers = [{ serverId: tenant.serverId, policyId: tenant.policyId }];
  const neighbour = await createGrant(world.fixture.db, tenant.organizationId, { servers });
  const elsewhere = await createServer(world.fixture.db, tenant.organizationId, { url: world.fixture.upstream.url });
  const both = await createGrant(world.fixture.db, tenant.organizationId, {
    servers: [...servers, { serverId: elsewhere.id, policyId: tenant.policyId }],
  });
  const before = seen();
  const own = await open(tenant, both.token);
  for (const [path, token, session] of [
    [tenant.path, neighbour.token, headers],
    [`/${tenant.slug}/${elsewhere.slug}/mcp`, both.token, own],
  ] as const) {
    expect((await post(world.gateway.url + path, token, LIST, session)).status).toBe(404);
    for (const method of ['GET', 'DELETE'])
      expect((await fetch(world.gateway.url + path, { method, headers: { ...session, ...bearer({ token }) } })).status).toBe(404);
  }
  expect((await post(at(tenant), null, LIST, headers)).status).toBe(401);
  expect(seen()).toBe(before + 1);
});

test('hazard 5: a lost session is 404 to the client, never 401, and the upstream’s own 401 is not the client’s', async () => {
  const tenant = await world.fixture.tenant();
  const headers = await open(tenant);
  await world.fixture.upstream.forgetSessions();
  expect((await post(at(tenant), tenant.token, LIST, headers)).status).toBe(404);
  expect((await post(at(tenant), tenant.token, LIST, { 'mcp-session-id': 'never-given' })).status).toBe(404);
  expect((await post(at(tenant), tenant.token, LIST, await open(tenant))).status).toBe(200);
  world.behave = (_, response) => response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
  expect((await post(at(tenant), tenant.token, LIST)).status).toBe(502);
});

test('hazard 6: parallel callers with equal ids on one server each get their own answer', async () => {
  world.behave = ({ message }, response) => {
    const { who, ms } = (message?.params?.arguments ?? {}) as { who: string; ms: number };
    setTimeout(() => json(response, result(message?.id, { content: [{ type: 'text', text: who }] })), ms);
  };
  const tenants = await Promise.all([1, 2, 3].map(() => world.fixture.tenant({ ...POLICY, tools: { echo: {} } })));
  const answers = await Promise.all(
    tenants.flatMap((tenant, t) =>
      [60, 30, 0].map(async (ms, i) => {
        const who = `${t}-${i}`;
        return [who, await (await post(at(tenant), tenant.token, callOf('echo', { who, ms }, 1))).text()] as const;
      }),
    ),
  );
  for (const [who, text] of answers) expect(text).toContain(`"text":"${who}"`);
});

test('hazard 12: ids, retries and priming events pass as they are, and a stream is resumed within its own session only', async () => {
  const tenant = await world.fixture.tenant();
  const headers = await open(tenant);
  const stream = `id: 0\nretry: 50\ndata: \n\nevent: message\nid: 1\n${event(result(1, content))}`;
  const asked: RecordedRequest[] = [];
  world.behave = (request, response) => {
    asked.push(request);
    sse(response).end(request.method === 'GET' ? '' : stream);
  };
  expect(await (await post(at(tenant), tenant.token, callOf('slow'), headers)).text()).toBe(stream);
  await fetch(at(tenant), { headers: { ...headers, ...bearer(tenant), 'last-event-id': 'stream_1/0' } });
  expect(asked.at(-1)?.headers).toMatchObject({ 'last-event-id': 'stream_1/0', 'mcp-session-id': asked[0]?.headers['mcp-session-id'] });
  const count = asked.length;
  expect((await fetch(at(tenant), { headers: { ...bearer(tenant), 'last-event-id': 'stream_1/0' } })).status).toBe(405);
  expect(asked.length).toBe(count);
});

test('hazard 13: to go away cancels in 2026-07-28 and does not in a session', async () => {
  const tenant = await world.fixture.tenant();
  const answers: (() => void)[] = [];
  let closed = 0;
  world.behave = (request, response) => {
    if (answerEra(request, response)) return;
    response.once('close', () => response.writableFinished || closed++);
    answers.push(() => json(response, result(request.message?.id, content)));
  };
  const leave = async (body: object, headers: Record<string, string>) => {
    const gone = new AbortController();
    const all = { ...headers, ...bearer(tenant), 'content-type': 'application/json' };
    const before = answers.length;
    const noticed = answerOver(tenant.path);
    const sent = fetch(at(tenant), { method: 'POST', body: JSON.stringify(body), headers: all, signal: gone.signal }).catch(() => {});
    await expect.poll(() => answers.length).toBe(before + 1);
    gone.abort();
    await sent;
    await noticed;
  };
  await leave(callOf('slow'), {});
  // What would have been closed by now is seen to be before what comes later.
  await post(world.fixture.upstream.url, null, stateless('server/discover').body);
  expect(closed).toBe(0);
  answers[0]?.();
  await expect
    .poll(async () => (await recordsOf(world.fixture.db, tenant.organizationId)).find(({ type }) => type === 'end')?.end)
    .toMatchObject({ outcome: 'client_gone', upstreamStatus: 200 });
  const { body, headers } = stateless('tools/call', { name: 'slow' });
  await leave(body, headers);
  await expect.poll(() => closed).toBe(1);
});
