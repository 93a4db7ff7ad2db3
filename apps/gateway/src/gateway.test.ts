/** The main job, over both ledgers: a real client, a real upstream, a real database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callOf, connect, createFixture, decisionOf, type Fixture, initialize, POLICY, post, type Tenant } from './testing/fixture.ts';
import type { RunningGateway } from './wiring.ts';

const HOUR_MS = 3_600_000;
const THIRTY_AN_HOUR = {
  version: '1',
  default: 'deny',
  tools: { echo: { limits: [{ counter: 'echo_rate', window: 'hour', max: 30, scope: 'grant' }] } },
};

describe.each(['embedded', 'redis'] as const)('a gateway on the %s ledger', (kind) => {
  let fixture: Fixture;
  let gateway: RunningGateway;
  const at = ({ path }: Tenant) => gateway.url + path;

  beforeAll(async () => {
    fixture = await createFixture(kind);
    gateway = await fixture.start();
  });
  afterAll(() => fixture.stop());

  test('is ready when its connections to PostgreSQL are: the first caller does not wait for them', () => {
    expect(gateway.gateway.db.pool.totalCount).toBeGreaterThan(3);
  });

  test('lists the tools that the policy allows, and no others', async () => {
    const tenant = await fixture.tenant();
    const client = await connect(at(tenant), tenant.token);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(['echo', 'fail', 'progress', 'slow']);
    await client.close();
  });

  test('forwards an allowed call as the very bytes that were judged, and none of the caller’s credentials', async () => {
    const tenant = await fixture.tenant();
    const opened = await post(at(tenant), tenant.token, initialize);
    const session = opened.headers.get('mcp-session-id') as string;
    const body =
      '{ "jsonrpc":"2.0", "id":"a\\u0062", "method":"tools/call","params":{"name":"echo","arguments":{"n":12345678901234567890.10,"s":"\\u00e9"}} }';
    const answer = await post(at(tenant), tenant.token, body, {
      'mcp-session-id': session,
      cookie: 'secret=1',
      'x-forwarded-for': '1.2.3.4',
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('"id":"ab"');
    const [call] = fixture.upstream.calls.slice(-1);
    expect(call?.body.toString()).toBe(body);
    expect(call?.headers).not.toHaveProperty('authorization');
    expect(call?.headers).not.toHaveProperty('cookie');
    expect(call?.headers).not.toHaveProperty('x-forwarded-for');
    expect(call?.headers['mcp-session-id']).not.toBe(session);
    expect(call?.headers.host).toBe(fixture.upstream.host);
  });

  test('answers a denied call with a result that names the rule, and the upstream never sees it', async () => {
    const tenant = await fixture.tenant();
    const client = await connect(at(tenant), tenant.token);
    const seen = fixture.upstream.calls.length;
    const denied = await client.callTool({ name: 'big', arguments: { kb: 1 } });
    expect(denied.isError).toBe(true);
    expect((denied.content as { text: string }[])[0]?.text).toMatch(/^\[POLICY DENIED\] /);
    expect(decisionOf(denied)).toMatchObject({ code: 'default_deny', policyVersion: 1, retryable: false });
    expect(decisionOf(denied).helpUrl).toBe(`http://localhost:3000/${tenant.slug}/audit?event=${decisionOf(denied).requestId}`);
    const unknown = await client.callTool({ name: 'no_such_tool', arguments: {} });
    expect(decisionOf(unknown).code).toBe('tool_quarantined');
    expect(fixture.upstream.calls.length).toBe(seen);
    expect(await client.callTool({ name: 'fail', arguments: {} })).toMatchObject({
      isError: true,
      content: [{ text: 'This tool always fails.' }],
    });
    await client.close();
  });

  test('lets 30 calls pass and refuses the 31st with when to come back', async () => {
    const tenant = await fixture.tenant(THIRTY_AN_HOUR);
    const client = await connect(at(tenant), tenant.token);
    const seen = fixture.upstream.calls.length;
    const started = performance.now();
    for (let i = 0; i < 30; i++) expect((await client.callTool({ name: 'echo', arguments: { i } })).isError).toBeFalsy();
    const limited = await client.callTool({ name: 'echo', arguments: { i: 30 } });
    expect(decisionOf(limited)).toMatchObject({
      code: 'limit_reached',
      rule: '/tools/echo/limits/0',
      retryable: true,
      limit: { counter: 'echo_rate', max: 30, remaining: 0 },
    });
    // When the first of them is an hour old.
    expect(decisionOf(limited).retryAfterMs).toBeGreaterThan(HOUR_MS - (performance.now() - started) - 1000);
    expect(decisionOf(limited).retryAfterMs).toBeLessThanOrEqual(HOUR_MS);
    expect(fixture.upstream.calls.length).toBe(seen + 30);
    await client.close();
  });

  test('a revoked grant is refused at the next request, whatever it asks for', async () => {
    const tenant = await fixture.tenant();
    const opened = await post(at(tenant), tenant.token, initialize);
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
    expect((await post(at(tenant), tenant.token, callOf('echo'), headers)).status).toBe(200);
    await fixture.change(tenant.organizationId, (tx) =>
      tx.grant.updateMany({ where: { id: tenant.grantId }, data: { revokedAt: new Date() } }),
    );
    const bodies = [
      callOf('echo'),
      { jsonrpc: '2.0', id: 2, method: 'tools/list' },
      initialize,
      callOf('big'),
      { jsonrpc: '2.0', id: 3, method: 'server/discover' },
    ];
    for (const body of bodies) {
      const answer = await post(at(tenant), tenant.token, body, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe(
        `Bearer resource_metadata="http://localhost:8787/.well-known/oauth-protected-resource${tenant.path}"`,
      );
    }
  });

  test('a pause and a policy edit are in force at the next request', async () => {
    const tenant = await fixture.tenant();
    const client = await connect(at(tenant), tenant.token);
    const code = async (name: string) => decisionOf(await client.callTool({ name, arguments: { kb: 1 } })).code;
    expect(await code('slow')).toBeUndefined();
    const pause = (pausedAt: Date | null) =>
      fixture.change(tenant.organizationId, (tx) => tx.server.updateMany({ where: { id: tenant.serverId }, data: { pausedAt } }));
    await pause(new Date());
    expect(await code('slow')).toBe('paused');
    expect((await client.listTools()).tools).toEqual([]);
    await pause(null);
    expect(await code('slow')).toBeUndefined();
    expect(await code('big')).toBe('default_deny');
    await publish(fixture, tenant, { ...POLICY, tools: { big: {} } });
    expect(await code('slow')).toBe('default_deny');
    expect(await code('big')).toBeUndefined();
    await publish(fixture, tenant, '{"version":"1"');
    expect(await code('big')).toBe('policy_unreadable');
    await client.close();
  });

  test('progress arrives before the result does', async () => {
    const tenant = await fixture.tenant();
    const client = await connect(at(tenant), tenant.token);
    const seen: (number | 'result')[] = [];
    await client.callTool({ name: 'progress', arguments: {} }, undefined, { onprogress: ({ progress }) => seen.push(progress) });
    seen.push('result');
    expect(seen).toEqual([1, 2, 3, 'result']);
    await client.close();
  });

  test('a session opens nothing for another grant, another server or nobody', async () => {
    const tenant = await fixture.tenant();
    const other = await fixture.tenant();
    const opened = await post(at(tenant), tenant.token, initialize);
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
    expect((await post(at(tenant), tenant.token, callOf('slow'), headers)).status).toBe(200);
    expect((await post(at(other), other.token, callOf('slow'), headers)).status).toBe(404);
    expect((await post(at(tenant), other.token, callOf('slow'), headers)).status).toBe(401);
    expect((await post(at(tenant), null, callOf('slow'), headers)).status).toBe(401);
    const id = headers['mcp-session-id'];
    const at20 = id[20] === 'A' ? 'B' : 'A';
    const forged = { 'mcp-session-id': `${id.slice(0, 20)}${at20}${id.slice(21)}` };
    expect((await post(at(tenant), tenant.token, callOf('slow'), forged)).status).toBe(404);
  });

  test('an upstream that has lost the session is answered 404, so that the client begins a new one', async () => {
    const tenant = await fixture.tenant();
    const opened = await post(at(tenant), tenant.token, initialize);
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
    await fixture.upstream.forgetSessions();
    expect((await post(at(tenant), tenant.token, callOf('slow'), headers)).status).toBe(404);
  });
});

test('a ledger that hangs costs calls a 503 with Retry-After, and works again by itself', async () => {
  const fixture = await createFixture('redis', {}, { GATEWAY_STORE_TIMEOUT_MS: '5000' });
  const { pid } = fixture.redis as { pid: number };
  try {
    const { url } = await fixture.start();
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(200);
    const tenant = await fixture.tenant();
    const opened = await post(url + tenant.path, tenant.token, initialize);
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
    process.kill(pid, 'SIGSTOP');
    const refused = await post(url + tenant.path, tenant.token, callOf('slow'), headers);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    process.kill(pid, 'SIGCONT');
    await expect.poll(async () => (await post(url + tenant.path, tenant.token, callOf('slow'), headers)).status).toBe(200);
    expect(fixture.upstream.calls).toHaveLength(1);
  } finally {
    process.kill(pid, 'SIGCONT');
    await fixture.stop();
  }
});

test('of calls received after a revocation was acknowledged, none passes on either of two gateways', async () => {
  const fixture = await createFixture('redis');
  try {
    const urls = [(await fixture.start()).url, (await fixture.start()).url];
    for (let trial = 0; trial < 25; trial++) {
      const tenant = await fixture.tenant();
      const call = (i: number) => post(urls[i % 2] + tenant.path, tenant.token, { jsonrpc: '2.0', id: i, method: 'tools/list' });
      // Both know the grant, and are asked all the while.
      let acknowledged = false;
      const before = Array.from({ length: 4 }, async (_, i) => {
        while (!acknowledged) await (await call(i)).text();
      });
      await fixture.change(tenant.organizationId, (tx) => tx.grant.updateMany({ data: { revokedAt: new Date() } }));
      acknowledged = true;
      const after = await Promise.all(Array.from({ length: 8 }, async (_, i) => (await call(i)).status));
      expect(after).toEqual(after.map(() => 401));
      await Promise.all(before);
    }
  } finally {
    await fixture.stop();
  }
}, 300_000);

test('of 64 parallel callers on two gateways, exactly 30 pass', async () => {
  const fixture = await createFixture('redis');
  try {
    const [one, two] = [await fixture.start(), await fixture.start()];
    const tenant = await fixture.tenant(THIRTY_AN_HOUR);
    const opened = await post(one.url + tenant.path, tenant.token, initialize);
    // Opened on one gateway, the session works on the other.
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
    const answers = await Promise.all(
      Array.from({ length: 64 }, async (_, i) =>
        (await post((i % 2 ? one : two).url + tenant.path, tenant.token, callOf('echo', { i }, i), headers)).text(),
      ),
    );
    expect(answers.filter((text) => text.includes('limit_reached'))).toHaveLength(34);
    expect(fixture.upstream.calls).toHaveLength(30);
  } finally {
    await fixture.stop();
  }
});

function publish(fixture: Fixture, tenant: Tenant, document: object | string): Promise<void> {
  const { organizationId, policyId } = tenant;
  return fixture.change(organizationId, async (tx) => {
    const { currentVersion } = await tx.policy.update({
      where: { organizationId_id: { organizationId, id: policyId } },
      data: { currentVersion: { increment: 1 } },
    });
    const source = typeof document === 'string' ? document : JSON.stringify(document);
    await tx.policyVersion.create({
      data: { organizationId, id: `${policyId}-${currentVersion}`, policyId, number: currentVersion, source, authorName: 'test' },
    });
  });
}
