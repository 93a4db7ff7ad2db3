/** Calls that wait for a person, over HTTP, on two gateways: who passes, how often, and what everybody else is told. */
import { auditStream, shardOf } from '@toolgate/ledger/redis/shard';
import { approveCall } from '@toolgate/services/approval/approve';
import { MOST_PENDING } from '@toolgate/services/approval/ask';
import { denyCall } from '@toolgate/services/approval/deny';
import { listApprovals, readApproval } from '@toolgate/services/approval/read';
import type { Actor } from '@toolgate/services/context';
import { createServices } from '@toolgate/services/create-services';
import { newId } from '@toolgate/services/id';
import { publishPolicy } from '@toolgate/services/policy/publish';
import { createGrant, createServer } from '@toolgate/testing/factories';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { answerOver } from './testing/answer-over.ts';
import { connect, createFixture, type Fixture, initialize, post, type Recorded, servicesOptions, type Tenant } from './testing/fixture.ts';
import { streamedText } from './testing/streamed-text.ts';
import type { RunningGateway } from './wiring.ts';

/** Of a call that nobody answers. */
const HOLD_MS = 200;
let fixture: Fixture;
let gateways: RunningGateway[];
let urls: string[];
let s: ReturnType<typeof createServices>;
let redis: Redis;
beforeAll(async () => {
  fixture = await createFixture('redis', { answers: 'json' }, { GATEWAY_APPROVAL_HOLD_MS: String(HOLD_MS), GATEWAY_KEEPALIVE_MS: '100' });
  gateways = [await fixture.start(), await fixture.start()];
  urls = gateways.map(({ url }) => url);
  s = createServices(servicesOptions(fixture));
  redis = new Redis(fixture.settings.redisUrl as string);
});
afterEach(() => {
  fixture.settings.approvalHoldMs = HOLD_MS;
});
afterAll(async () => {
  redis.disconnect();
  await s.close();
  await fixture.stop();
});

/** From here on calls are held until somebody answers: whatever they are told is told before their time is over. */
const holdLong = () => {
  fixture.settings.approvalHoldMs = 300_000;
};

interface Told {
  text: string;
  isError: boolean;
  code?: string;
  approvalId?: string;
  approvalUrl?: string;
  expiresAt?: string;
  retryAfterMs?: number;
}

const ASKS = {
  echo: { approve_if: [{ conditions: [{ path: 'args.n', op: 'gt', value: 10 }], message: 'A person looks at large ones.' }] },
  slow: {},
};
const document = (tools: object = ASKS) => ({ version: '1', default: 'deny', tools });

async function setUp(tools: object = ASKS) {
  const tenant = await fixture.tenant(document(tools));
  const userId = newId();
  await s.db.prisma.user.create({ data: { id: userId, email: `${userId}@example.com`, name: 'Ada' } });
  await s.db.forOrganization(tenant.organizationId, (tx) =>
    tx.membership.create({ data: { organizationId: tenant.organizationId, userId, role: 'owner' } }),
  );
  const ada: Actor = { kind: 'member', organizationId: tenant.organizationId, userId, name: 'Ada', role: 'owner' };
  const pending = async () => (await listApprovals(s, ada)).map(({ id }) => id);
  const onePending = async () => {
    await expect.poll(async () => (await pending()).length).toBe(1);
    return (await pending())[0] as string;
  };
  return { tenant, ada, pending, onePending };
}

let ids = 0;
/** One call in a session of its own. */
async function send(tenant: Tenant, args: string, { gateway = 0, token = tenant.token, tool = 'echo' } = {}): Promise<Response> {
  const url = urls[gateway] + tenant.path;
  const opened = await post(url, token, initialize);
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
  const params = `{"name":"${tool}","arguments":${args}}`;
  return post(url, token, `{"jsonrpc":"2.0","id":${++ids},"method":"tools/call","params":${params}}`, session);
}

const call = async (...given: Parameters<typeof send>): Promise<Told> => told(await send(...given));

async function told(response: Response): Promise<Told> {
  const raw = await response.text();
  const contentType = response.headers.get('content-type') ?? '';
  const last = contentType.startsWith('text/event-stream')
    ? raw
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .at(-1)
        ?.slice(6)
    : raw;
  const { result } = JSON.parse(last ?? '{}');
  const decision = result?._meta?.['toolgate/decision'] ?? {};
  return { text: result?.content?.[0]?.text ?? raw, isError: result?.isError ?? false, ...decision };
}

const passed = ({ isError }: Told) => !isError;
const approve = (ada: Actor, approvalId: string, mode: 'once' | 'fifteenMinutes' = 'once') => approveCall(s, ada, { approvalId, mode });

async function eventsOf({ organizationId }: Tenant): Promise<Recorded[]> {
  const entries = await redis.xrange(auditStream(shardOf(organizationId)), '-', '+');
  return entries.map(([, fields]) => JSON.parse(fields[1] as string)).filter((record) => record.facts?.organizationId === organizationId);
}

test('a held call passes at once when it is approved, at another gateway than the one that asked', async () => {
  holdLong();
  const { tenant, ada, onePending } = await setUp();
  const { approvals } = (gateways[1] as RunningGateway).gateway;
  const { signal } = new AbortController();
  // It listens already: who waits there has no other reason to be woken than the answer.
  await approvals.wait('nobody', 0, 0, signal);
  await expect.poll(() => approvals.isListening).toBe(true);
  const calling = call(tenant, '{"n":11}', { gateway: 1 });
  const approvalId = await onePending();
  const told = approvals.wait(approvalId, approvals.now(), 300_000, signal);
  await approve(ada, approvalId);
  expect(await told).toBe('news');
  const answer = await calling;
  expect(answer).toMatchObject({ isError: false, text: '{"n":11}' });
  const events = await eventsOf(tenant);
  expect(events.map(({ type, facts }) => [type, facts?.decision, facts?.detail.approval])).toEqual([
    ['event', 'pending', { id: approvalId }],
    ['intent', 'approved', { id: approvalId, by: 'Ada' }],
  ]);
});

test('who is not answered in time is told what happens next, and where', async () => {
  const { tenant, onePending } = await setUp();
  const answer = await call(tenant, '{"n":11}');
  const approvalId = await onePending();
  expect(answer).toMatchObject({ isError: true, code: 'approval_required', approvalId, retryable: true, rule: '/tools/echo/approve_if/0' });
  expect(answer.approvalUrl).toBe(`http://localhost:3000/${tenant.slug}/approvals/${approvalId}`);
  expect(answer.text).toMatch(/^\[APPROVAL PENDING\] A person looks at large ones\. .*make the very same call again/);
  expect(answer.text).toContain(answer.approvalUrl);
  expect(Date.parse(answer.expiresAt as string) - Date.now()).toBeGreaterThan(9 * 60_000);
  expect(answer.retryAfterMs).toBeGreaterThan(0);
});

test('the connection of a call that is held is kept alive, and its answer comes on the same stream', async () => {
  holdLong();
  const { tenant, ada, onePending } = await setUp();
  const answer = await send(tenant, '{"n":11}');
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const stream = streamedText(answer);
  await stream.until(': keepalive');
  await approve(ada, await onePending());
  expect(await stream.whole()).toContain('{\\"n\\":11}');
});

test('who asked for progress is told that a person is waited for, and the answer comes on the same stream', async () => {
  holdLong();
  const { tenant, ada, onePending } = await setUp({ ...ASKS, progress: { approve_if: [{ conditions: [] }] } });
  const client = await connect(urls[0] + tenant.path, tenant.token);
  const told: string[] = [];
  const calling = client.callTool({ name: 'progress', arguments: {} }, undefined, {
    onprogress: ({ message }) => void told.push(message ?? ''),
  });
  const approvalId = await onePending();
  await expect
    .poll(() => told[0])
    .toBe(`Waiting for a person to approve this call: http://localhost:3000/${tenant.slug}/approvals/${approvalId}`);
  await approve(ada, approvalId);
  expect((await calling).content).toEqual([{ type: 'text', text: 'done' }]);
  await client.close();
});

test('approved once, the call passes exactly once, although two gateways are asked at the same time', async () => {
  const { tenant, ada, onePending } = await setUp();
  await call(tenant, '{"n":11}');
  await approve(ada, await onePending());
  const seen = fixture.upstream.calls.length;
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => call(tenant, '{"n":11}', { gateway: i % 2 })));
  expect(answers.filter(passed)).toHaveLength(1);
  expect(fixture.upstream.calls.length - seen).toBe(1);
  expect(new Set(answers.filter((each) => !passed(each)).map(({ code }) => code))).toEqual(new Set(['approval_required']));
});

test('a second use of an approval for one is not accepted', async () => {
  const { tenant, ada, onePending } = await setUp();
  await call(tenant, '{"n":11}');
  await approve(ada, await onePending());
  expect(passed(await call(tenant, '{"n":11}'))).toBe(true);
  expect(await call(tenant, '{"n":11}')).toMatchObject({ isError: true, code: 'approval_required' });
});

test('for fifteen minutes the same arguments pass again and again, and others do not', async () => {
  const { tenant, ada, onePending } = await setUp();
  await call(tenant, '{"n":11,"m":1}');
  await approve(ada, await onePending(), 'fifteenMinutes');
  for (const args of ['{"n":11,"m":1}', '{ "m":1, "n":11 }']) expect(passed(await call(tenant, args, { gateway: 1 }))).toBe(true);
  expect(passed(await call(tenant, '{"n":11,"m":2}'))).toBe(false);
});

test.each([
  ['{"n":12}', 'another value'],
  ['{"n":11,"more":null}', 'an argument more'],
  ['{"n":11.000000000000000000001}', 'a digit that no double holds'],
  ['{"n":"11"}', 'another type'],
])('changed arguments are not accepted: %s, %s', async (args) => {
  const { tenant, ada, onePending } = await setUp();
  await call(tenant, '{"n":11}');
  await approve(ada, await onePending());
  expect(await call(tenant, args)).toMatchObject({ isError: true, code: 'approval_required' });
  expect(passed(await call(tenant, '{"n":11}'))).toBe(true);
});

test('another tool is not accepted', async () => {
  const { tenant, ada, onePending } = await setUp({ ...ASKS, slow: ASKS.echo });
  await call(tenant, '{"n":11}');
  await approve(ada, await onePending());
  expect(await call(tenant, '{"n":11}', { tool: 'slow' })).toMatchObject({ isError: true, code: 'approval_required' });
});

test('another grant is not accepted', async () => {
  const { tenant, ada, onePending } = await setUp();
  const { organizationId, serverId, policyId } = tenant;
  const other = await createGrant(fixture.db, organizationId, { servers: [{ serverId, policyId }] });
  await call(tenant, '{"n":11}');
  await approve(ada, await onePending());
  expect(await call(tenant, '{"n":11}', { token: other.token })).toMatchObject({ isError: true, code: 'approval_required' });
});

test('after it has expired an approval is not accepted', async () => {
  const { tenant, ada, onePending } = await setUp();
  await call(tenant, '{"n":11}');
  const id = await onePending();
  await approve(ada, id);
  await s.db.forOrganization(tenant.organizationId, (tx) =>
    tx.approval.updateMany({ where: { id }, data: { expiresAt: new Date(Date.now() - 60_000) } }),
  );
  expect(await call(tenant, '{"n":11}')).toMatchObject({ isError: true, code: 'approval_required' });
});

test('after an edit of the policy an approval is not accepted', async () => {
  const { tenant, ada, onePending } = await setUp();
  await call(tenant, '{"n":11}');
  await approve(ada, await onePending());
  const source = JSON.stringify({ ...document(), hide: ['other'] });
  expect(await publishPolicy(s, ada, { policyId: tenant.policyId, source })).toMatchObject({ ok: true, value: { inForce: true } });
  expect(await call(tenant, '{"n":11}')).toMatchObject({ isError: true, code: 'approval_required' });
});

test('advisory CVE-2025-54136 (an approval that survives a change): after the definition of the tool has changed an approval is not accepted', async () => {
  const { tenant, ada, onePending } = await setUp();
  await call(tenant, '{"n":11}');
  await approve(ada, await onePending());
  await fixture.change(tenant.organizationId, (tx) => tx.tool.updateMany({ where: { name: 'echo' }, data: { hash: 'another' } }));
  expect(await call(tenant, '{"n":11}')).toMatchObject({ isError: true, code: 'approval_required' });
});

test('a policy that is edited while a call is held decides it anew', async () => {
  holdLong();
  const { tenant, ada, onePending } = await setUp();
  const calling = call(tenant, '{"n":11}');
  await onePending();
  await publishPolicy(s, ada, { policyId: tenant.policyId, source: JSON.stringify(document({ slow: {} })) });
  expect(await calling).toMatchObject({ isError: true, code: 'default_deny' });
});

test('a held call ends when its grant is revoked, long before its time is over', async () => {
  const held = await createFixture('embedded', { answers: 'json' }, { GATEWAY_APPROVAL_HOLD_MS: '300000' });
  try {
    const { url } = await held.start();
    const tenant = await held.tenant(document());
    const opened = await post(url + tenant.path, tenant.token, initialize);
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
    const params = { name: 'echo', arguments: { n: 11 } };
    const calling = post(url + tenant.path, tenant.token, { jsonrpc: '2.0', id: 1, method: 'tools/call', params }, headers);
    await expect.poll(() => held.db.forOrganization(tenant.organizationId, (tx) => tx.approval.count())).toBe(1);
    await held.change(tenant.organizationId, (tx) => tx.grant.updateMany({ data: { revokedAt: new Date() } }));
    expect((await calling).status).toBe(401);
  } finally {
    await held.stop();
  }
});

test('a denial is told with its reason: to the call that is held, and to the same call again', async () => {
  holdLong();
  const { tenant, ada, onePending } = await setUp();
  const calling = call(tenant, '{"n":11}');
  const id = await onePending();
  await denyCall(s, ada, { approvalId: id, reason: 'Use the cheap model.' });
  const text = '[POLICY DENIED] A person denied this call: Use the cheap model.';
  expect(await calling).toMatchObject({ isError: true, code: 'approval_denied', text, retryable: false });
  expect(await call(tenant, '{"n":11}', { gateway: 1 })).toMatchObject({ code: 'approval_denied', text });
  expect((await eventsOf(tenant)).map(({ facts }) => [facts?.decision, facts?.code]).slice(0, 2)).toEqual([
    ['pending', 'approval_required'],
    ['denied', 'approval_denied'],
  ]);
});

test('a call that nobody answers in time is told that its request has expired, which is no denial', async () => {
  holdLong();
  const { tenant, pending } = await setUp({ echo: { approve_if: [{ conditions: [], timeout: '1s' }] } });
  const answer = await call(tenant, '{"n":1}');
  expect(answer).toMatchObject({ isError: true, code: 'approval_expired', retryable: true });
  expect(answer.text).toMatch(/^\[APPROVAL EXPIRED\]/);
  expect(await pending()).toEqual([]);
});

test('identical calls share one request; a grant that asks too much is told so', async () => {
  const { tenant, pending } = await setUp();
  const same = await Promise.all(Array.from({ length: 4 }, (_, i) => call(tenant, '{"n":11}', { gateway: i % 2 })));
  expect(new Set(same.map(({ approvalId }) => approvalId)).size).toBe(1);
  const many = await Promise.all(Array.from({ length: MOST_PENDING + 3 }, (_, i) => call(tenant, `{"n":${100 + i}}`)));
  const refused = many.filter(({ code }) => code === 'approvals_full');
  expect(refused).toHaveLength(4);
  expect(refused[0]?.text).toContain(`${MOST_PENDING} calls of this grant already wait for a person`);
  expect(await pending()).toHaveLength(MOST_PENDING);
});

test('an approval of a call that its limit then refuses is not lost', async () => {
  const limited = { ...ASKS.echo, limits: [{ counter: 'c', window: 'hour', max: 1 }] };
  const { tenant, ada, onePending } = await setUp({ echo: limited });
  expect(passed(await call(tenant, '{"n":1}'))).toBe(true);
  await call(tenant, '{"n":11}');
  const id = await onePending();
  await approve(ada, id);
  expect(await call(tenant, '{"n":11}')).toMatchObject({ code: 'limit_reached' });
  await expect.poll(async () => (await readApproval(s, ada, id))?.state).toBe('approved');
});

test('a client that left while it was held is not answered by a call that nobody waits for', async () => {
  holdLong();
  const { tenant, ada, onePending } = await setUp();
  const url = urls[0] + tenant.path;
  const opened = await post(url, tenant.token, initialize);
  const leave = new AbortController();
  const noticed = answerOver(tenant.path);
  const calling = fetch(url, {
    method: 'POST',
    signal: leave.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${tenant.token}`,
      'mcp-session-id': opened.headers.get('mcp-session-id') as string,
    },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"n":11}}}',
  }).catch(() => null);
  const id = await onePending();
  leave.abort();
  await calling;
  await noticed;
  expect(gateways[0]?.gateway.approvals.waiting).toBe(0);
  const seen = fixture.upstream.calls.length;
  await approve(ada, id);
  // Who asks next has what it would have taken.
  expect(passed(await call(tenant, '{"n":11}'))).toBe(true);
  expect(fixture.upstream.calls.length).toBe(seen + 1);
});

test("at the organization's address, where tools carry the server's name, it is the same call", async () => {
  const { tenant, ada, onePending } = await setUp();
  const { organizationId, serverId, policyId, serverSlug } = tenant;
  const other = await createServer(fixture.db, organizationId, { url: fixture.upstream.url, tools: [] });
  const servers = [serverId, other.id].map((id) => ({ serverId: id, policyId }));
  const { token } = await createGrant(fixture.db, organizationId, { servers });
  const client = await connect(`${urls[0]}/${tenant.slug}/mcp`, token);
  const joined = () => client.callTool({ name: `${serverSlug}__echo`, arguments: { n: 11 } });
  holdLong();
  const calling = joined();
  await approve(ada, await onePending());
  expect(await calling).toMatchObject({ content: [{ text: '{"n":11}' }] });
  fixture.settings.approvalHoldMs = HOLD_MS;
  // Asked there, it passes at the server's own address.
  expect(await joined()).toMatchObject({ isError: true });
  await approve(ada, await onePending());
  expect(passed(await call(tenant, '{"n":11}', { token, gateway: 1 }))).toBe(true);
  await client.close();
});
