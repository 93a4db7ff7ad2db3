/** What of a call is in the audit log, and what is not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerOver } from './testing/answer-over.ts';
import { callOf, connect, createFixture, type Fixture, post, type Recorded, recordsOf } from './testing/fixture.ts';
import { HOLD, holdCalls } from './testing/held-calls.ts';
import type { RunningGateway } from './wiring.ts';

let fixture: Fixture;
let gateway: RunningGateway;
/** Whose log is read while the upstream holds the call, and what was in it. */
let watched: string | null = null;
let seenAtArrival: Recorded[] = [];
const held = holdCalls();

beforeAll(async () => {
  fixture = await createFixture('embedded', {
    intercept: (request, response) => {
      const { message } = request;
      if (held.intercept(request, response)) return true;
      if (message?.method !== 'tools/call' || watched === null) return false;
      void recordsOf(fixture.db, watched).then((records) => {
        seenAtArrival = records;
        const answer = { jsonrpc: '2.0', id: message.id, result: { content: [] } };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
      return true;
    },
  });
  gateway = await fixture.start();
});
afterAll(() => fixture.stop());

const settled = async (organizationId: string, ends: number) => {
  for (;;) {
    const records = await recordsOf(fixture.db, organizationId);
    if (records.filter(({ type }) => type === 'end').length >= ends) return records;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

test('an allowed call leaves a durable intent before the upstream sees it, and an end', async () => {
  const tenant = await fixture.tenant();
  const client = await connect(gateway.url + tenant.path, tenant.token);
  watched = tenant.organizationId;
  await client.callTool({ name: 'echo', arguments: { zebra: 'a planted secret', apple: 1 } });
  watched = null;
  expect(seenAtArrival).toMatchObject([{ type: 'intent' }]);
  const [intent, end] = await settled(tenant.organizationId, 1);
  expect(intent).toMatchObject({
    type: 'intent',
    facts: {
      decision: 'allowed',
      code: 'allowed',
      method: 'tools/call',
      tool: 'echo',
      serverId: tenant.serverId,
      grantId: tenant.grantId,
      client: 'test-client 1.2.3',
      policyId: tenant.policyId,
      policyVersion: 1,
      detail: {
        argumentKeys: ['apple', 'zebra'],
        argumentsHmac: expect.stringMatching(/^[0-9a-f]{64}$/),
        charges: [{ key: `grant:${tenant.grantId}:echo_rate`, amountMicros: 1_000_000, windowMs: 60_000 }],
      },
    },
  });
  expect(end).toMatchObject({
    type: 'end',
    callId: intent?.callId,
    end: { outcome: 'ok', upstreamStatus: 200, latencyMs: expect.any(Number) },
  });
  expect(JSON.stringify([intent, end])).not.toMatch(/planted|tg_/);
  await client.close();
});

test('equal arguments have equal digests whatever their order, within one organization only', async () => {
  const digestOf = async (args: object[]) => {
    const tenant = await fixture.tenant();
    for (const one of args) await post(gateway.url + tenant.path, tenant.token, callOf('echo', one));
    const records = await settled(tenant.organizationId, args.length);
    return records.filter(({ type }) => type === 'intent').map(({ facts }) => facts?.detail.argumentsHmac);
  };
  const [a, b, c] = await digestOf([{ x: 1, y: { p: 1, q: 2 } }, { y: { q: 2, p: 1 }, x: 1 }, { x: 2 }]);
  const [foreign] = await digestOf([{ x: 1, y: { p: 1, q: 2 } }]);
  expect(a).toBe(b);
  expect(a).not.toBe(c);
  expect(a).not.toBe(foreign);
});

test('a refusal is recorded with its rule and trace, a tool error as one', async () => {
  const tenant = await fixture.tenant();
  const client = await connect(gateway.url + tenant.path, tenant.token);
  await client.callTool({ name: 'big', arguments: {} });
  await client.callTool({ name: 'fail', arguments: {} });
  const [refusal, , end] = await settled(tenant.organizationId, 1);
  expect(refusal).toMatchObject({ type: 'event', facts: { decision: 'denied', code: 'default_deny', tool: 'big', policyVersion: 1 } });
  expect(refusal?.facts?.detail.trace).toBeInstanceOf(Array);
  expect(end).toMatchObject({ end: { outcome: 'tool_error' } });
  await client.close();
});

test('a client that goes away does not end its call, and the log says that it went', async () => {
  const tenant = await fixture.tenant();
  const client = await connect(gateway.url + tenant.path, tenant.token);
  const noticed = answerOver(tenant.path);
  const sent = client.callTool({ name: 'slow', arguments: HOLD }).catch(() => {});
  await expect.poll(() => held.count).toBe(1);
  await client.close();
  await sent;
  await noticed;
  // Still there: it is the upstream that ends it.
  expect([held.count, (await recordsOf(fixture.db, tenant.organizationId)).map(({ type }) => type)]).toEqual([1, ['intent']]);
  held.release();
  const records = await settled(tenant.organizationId, 1);
  expect(records.at(-1)).toMatchObject({ type: 'end', end: { outcome: 'client_gone' } });
});

test('the grant shows when it was last used, and by which client', async () => {
  const started = Date.now();
  const tenant = await fixture.tenant();
  const client = await connect(gateway.url + tenant.path, tenant.token);
  await client.listTools();
  const grant = async () => {
    await gateway.gateway.usage.flush();
    return fixture.db.forOrganization(tenant.organizationId, (tx) => tx.grant.findFirst());
  };
  // A client is answered before that is noted.
  await expect.poll(async () => (await grant())?.lastClient).toBe('test-client 1.2.3');
  expect((await grant())?.lastUsedAt?.getTime()).toBeGreaterThanOrEqual(started);
  await client.close();
});

test('stopping lets a running call finish and records its end', async () => {
  const tenant = await fixture.tenant();
  const other = await fixture.tenant();
  const running = post(gateway.url + tenant.path, tenant.token, { jsonrpc: '2.0', id: 1, method: 'initialize', params: initializeParams });
  const session = { 'mcp-session-id': (await running).headers.get('mcp-session-id') as string };
  const slow = post(gateway.url + tenant.path, tenant.token, callOf('slow', HOLD), session);
  await expect.poll(() => held.count).toBe(1);
  const stopped = gateway.stop();
  await expect(post(gateway.url + other.path, other.token, callOf('echo')).then((r) => r.status)).rejects.toThrow();
  held.release();
  expect(await (await slow).text()).toContain('released');
  await stopped;
  const records = await recordsOf(fixture.db, tenant.organizationId);
  expect(records.at(-1)).toMatchObject({ type: 'end', end: { outcome: 'ok' } });
  expect(await fixture.db.prisma.gatewayProcess.count()).toBe(0);
  gateway = await fixture.start();
});

const initializeParams = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
