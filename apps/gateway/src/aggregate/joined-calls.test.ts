/** Calls at an organization's URL go to the server that the name says, as if they had come to its own address. */
import type { ToolFactory } from '@toolgate/testing/factories';
import { RECORDER_TOOLS } from '@toolgate/testing/recorder-server';
import { type RecorderUpstream, startRecorderUpstream } from '@toolgate/testing/recorder-upstream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callOf, createFixture, decisionOf, type Fixture, initialize, POLICY, post, type Recorded, recordsOf } from '../testing/fixture.ts';
import { type JoinedTenant, joinedTenant, OPEN_POLICY } from '../testing/joined-tenant.ts';
import { answerEra, complete, json, stateless } from '../testing/stateless-stub.ts';
import type { RunningGateway } from '../wiring.ts';

const TOOLS = RECORDER_TOOLS as ToolFactory[];
const REGION: ToolFactory = {
  name: 'région',
  inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
};
const MRTR: ToolFactory = { name: 'asks', inputSchema: { type: 'object' } };

let fixture: Fixture;
let gateway: RunningGateway;
let old: RecorderUpstream;
let modern: RecorderUpstream;
let tenant: JoinedTenant;

beforeAll(async () => {
  old = await startRecorderUpstream();
  modern = await startRecorderUpstream({
    intercept(request, response) {
      if (answerEra(request, response)) return true;
      const { message } = request;
      const params = message?.params ?? {};
      if (params.name === 'asks' && params.requestState === undefined) {
        const inputRequests = { who: { method: 'elicitation/create', params: { mode: 'form', message: '?', requestedSchema: {} } } };
        json(response, {
          jsonrpc: '2.0',
          id: message?.id,
          result: { resultType: 'input_required', inputRequests, requestState: 'opaque' },
        });
      } else {
        const link = { type: 'resource_link', uri: 'file:///a', name: 'a' };
        const content = [{ type: 'text', text: 'see file:///a' }, link];
        json(
          response,
          JSON.stringify(complete(message?.id, { content })).replace(
            '"content"',
            '"structuredContent":{"n":12345678901234567890},"content"',
          ),
        );
      }
      return true;
    },
  });
  fixture = await createFixture('embedded', {}, { TOOLGATE_EGRESS_ALLOW: [old.host, modern.host].join() });
  gateway = await fixture.start();
  tenant = await joinedTenant(fixture, gateway, [
    { slug: 'modern', url: modern.url, tools: [REGION, MRTR] },
    { slug: 'old', url: old.url, tools: TOOLS, document: POLICY },
  ]);
});
afterAll(async () => {
  await fixture?.stop();
  await Promise.all([old?.stop(), modern?.stop()]);
});

const openSession = async (): Promise<Record<string, string>> => {
  const opened = await post(tenant.url, tenant.token, initialize);
  return { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
};
const eventOf = async (find: (event: Recorded) => boolean): Promise<Recorded | undefined> =>
  (await recordsOf(fixture.db, tenant.organizationId)).filter(find).at(-1);

test('only the name changes in the bytes of a call: large numbers, spaces and escapes stay', async () => {
  const headers = await openSession();
  const text =
    '{ "jsonrpc" : "2.0","id":"x","method":"tools/call", "params":{"arguments":{"n":12345678901234567890,"s":"\\u00e9"},\t"name":"old__ech\\u006f" } }';
  const answer = await post(tenant.url, tenant.token, text, headers);
  expect(answer.status).toBe(200);
  await answer.text();
  expect(old.calls.at(-1)!.body.toString()).toBe(text.replace('"old__ech\\u006f"', '"echo"'));
});

test('Mcp-Name is rewritten with the name, and headers of arguments pass', async () => {
  const { body, headers } = stateless('tools/call', { name: 'modern__région', arguments: { region: 'eu' } });
  const encoded = `=?base64?${Buffer.from('modern__région').toString('base64')}?=`;
  const answer = await post(tenant.url, tenant.token, body, { ...headers, 'mcp-name': encoded, 'mcp-param-region': 'eu' });
  expect(answer.status).toBe(200);
  const { message, headers: got } = modern.calls.at(-1)!;
  expect(message?.params?.name).toBe('région');
  expect(got['mcp-name']).toBe(`=?base64?${Buffer.from('région').toString('base64')}?=`);
  expect(got['mcp-param-region']).toBe('eu');
  const wrong = await post(tenant.url, tenant.token, body, { ...headers, 'mcp-name': encoded, 'mcp-param-region': 'us' });
  expect([wrong.status, ((await wrong.json()) as { error: { code: number } }).error.code]).toEqual([400, -32020]);
});

test('a name in the header that is not the one in the body is refused by the code of 2026-07-28, and so is a version that is none', async () => {
  const { body, headers } = stateless('tools/call', { name: 'old__echo', arguments: {} });
  const other = await post(tenant.url, tenant.token, body, { ...headers, 'mcp-name': 'old__slow' });
  expect([other.status, await other.json()]).toMatchObject([400, { error: { code: -32020 } }]);
  const meta = { ...(body.params._meta as object), 'io.modelcontextprotocol/protocolVersion': '2030-01-01' };
  const future = { ...body, params: { ...body.params, _meta: meta } };
  const unknown = await post(tenant.url, tenant.token, future, {
    ...headers,
    'mcp-name': 'old__echo',
    'mcp-protocol-version': '2030-01-01',
  });
  expect([unknown.status, await unknown.json()]).toMatchObject([400, { error: { code: -32022, data: { supported: ['2026-07-28'] } } }]);
});

test('a call is recorded with its server, and the tool under its own name', async () => {
  const headers = await openSession();
  await (await post(tenant.url, tenant.token, callOf('old__echo', { a: 1 }, 'rec'), headers)).text();
  const recorded = await eventOf(({ facts }) => facts?.method === 'tools/call' && facts.server === 'old');
  expect(recorded?.facts).toMatchObject({
    decision: 'allowed',
    tool: 'echo',
    serverId: tenant.serverIds.old,
    policyId: tenant.policyIds.old,
    client: 'raw 1',
    detail: { argumentKeys: ['a'] },
  });
  await expect
    .poll(() => eventOf(({ callId, end }) => callId === recorded?.facts?.id && end !== undefined))
    .toMatchObject({
      end: { outcome: 'ok' },
    });
});

test('a limit is one limit, at whichever address the calls come', async () => {
  const document = { ...OPEN_POLICY, tools: { echo: { limits: [{ counter: 'c', window: 'hour', max: 3, scope: 'grant' }] } } };
  const limited = await joinedTenant(fixture, gateway, [
    { slug: 'old', url: old.url, tools: TOOLS, document },
    { slug: 'two', url: old.url, tools: TOOLS, document },
  ]);
  const call = async (address: string, name: string) => {
    const { body, headers } = stateless('tools/call', { name, arguments: {} });
    const text = await (await post(address, limited.token, body, headers)).text();
    return /"code":"(\w+)"/.exec(text)?.[1];
  };
  const own = limited.url.replace('/mcp', '/old/mcp');
  for (const [address, name] of [
    [limited.url, 'old__echo'],
    [own, 'echo'],
    [limited.url, 'old__echo'],
  ] as const)
    expect(await call(address, name)).toBe(undefined);
  expect(await call(limited.url, 'old__echo')).toBe('limit_reached');
  expect(await call(own, 'echo')).toBe('limit_reached');
});

describe('a name that no granted server can have', () => {
  const NAMES = [
    'echo',
    'nowhere__echo',
    '__echo',
    'old__',
    'OLD__echo',
    'old_echo',
    'old___',
    'old-__echo',
    'modern__echo',
    `${'x'.repeat(200)}__echo`,
  ];

  test.each(NAMES)('%s is denied like an unknown tool, recorded, and nobody is asked', async (name) => {
    const seen = [old.calls.length, modern.calls.length];
    const answer = await post(tenant.url, tenant.token, callOf(name, {}, 'u'), await openSession());
    const { result } = (await answer.json()) as { result: object };
    expect(result).toMatchObject({ isError: true });
    expect(decisionOf(result)).toMatchObject({ code: 'tool_quarantined', retryable: false });
    expect([old.calls.length, modern.calls.length]).toEqual(seen);
    const own = name.startsWith('modern__') || name === 'old___' ? name.replace(/^(?:modern|old)__/, '') : name;
    expect((await eventOf(({ facts }) => facts?.method === 'tools/call'))?.facts).toMatchObject({ decision: 'denied', tool: own });
  });

  test.each([
    ['prompts/get', { name: 'nowhere__p' }],
    ['resources/read', { uri: 'file:///x' }],
    ['resources/read', { uri: 'tg-nowhere+file:///x' }],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: '' } }],
  ])('%s %j is denied and recorded', async (method, params) => {
    const answer = await post(tenant.url, tenant.token, { jsonrpc: '2.0', id: 1, method, params }, await openSession());
    expect(await answer.json()).toMatchObject({ id: 1, error: { code: -31450 } });
    expect((await eventOf(({ facts }) => facts?.method === method))?.facts).toMatchObject({ decision: 'denied' });
  });
});

test('advisory CVE-2026-30856 (tool names that collide): whatever a name is made of, it reaches the tool that it names or none', async () => {
  const headers = await openSession();
  const piece = fc.constantFrom('old', 'modern', '__', '_', '-', '+', 'echo', 'fail', 'Old', ' ', 'é', '\u200b');
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
      const name = pieces.join('');
      const seen = [old.calls.length, modern.calls.length];
      await (await post(tenant.url, tenant.token, callOf(name, {}, 'p'), headers)).text();
      const reached = [old.calls.length - seen[0]!, modern.calls.length - seen[1]!];
      const allowed = ['old__echo', 'old__fail'].includes(name);
      expect(reached).toEqual([allowed ? 1 : 0, 0]);
      if (allowed) expect(old.calls.at(-1)?.message?.params?.name).toBe(name.slice('old__'.length));
    }),
    { numRuns: 150, examples: [[['old', '__', 'echo']], [['old', '__', 'fail']]] },
  );
});

test('what is required before an answer comes back to the same server, with the state that it gave', async () => {
  const capabilities = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
  const first = stateless('tools/call', { name: 'modern__asks', arguments: {}, _meta: capabilities }, 1);
  const asked = (await (await post(tenant.url, tenant.token, first.body, first.headers)).json()) as { result: Record<string, unknown> };
  expect(asked.result).toMatchObject({ resultType: 'input_required', requestState: 'opaque' });
  const inputResponses = { who: { action: 'accept', content: {} } };
  const more = { name: 'modern__asks', arguments: {}, requestState: 'opaque', inputResponses, _meta: capabilities };
  const second = stateless('tools/call', more, 2);
  expect((await post(tenant.url, tenant.token, second.body, second.headers)).status).toBe(200);
  expect(modern.calls.at(-1)?.message?.params).toMatchObject({ name: 'asks', requestState: 'opaque', inputResponses });
});

test('links in an answer say whose they are, and everything else in its bytes stays', async () => {
  const { body, headers } = stateless('tools/call', { name: 'modern__région', arguments: {} });
  const encoded = `=?base64?${Buffer.from('modern__région').toString('base64')}?=`;
  const text = await (await post(tenant.url, tenant.token, body, { ...headers, 'mcp-name': encoded })).text();
  expect(text).toContain('"uri":"tg-modern+file:///a"');
  expect(text).toContain('"text":"see file:///a"');
  expect(text).toContain('"n":12345678901234567890');
});

test('progress reaches the client under the token that it gave', async () => {
  const call = { ...callOf('old__progress', {}, 'pr'), params: { name: 'old__progress', arguments: {}, _meta: { progressToken: 'tok' } } };
  const text = await (await post(tenant.url, tenant.token, call, await openSession())).text();
  expect(text.match(/"progressToken":"tok"/g)).toHaveLength(3);
});

test('without a session a request is answered too, in one of the gateway’s own', async () => {
  const list = await (await post(tenant.url, tenant.token, { jsonrpc: '2.0', id: 1, method: 'tools/list' })).text();
  expect(list).toContain('old__echo');
  expect(await (await post(tenant.url, tenant.token, callOf('old__echo', { a: 1 }))).text()).toContain('\\"a\\":1');
  for (const method of ['GET', 'DELETE'])
    expect((await fetch(tenant.url, { method, headers: { authorization: `Bearer ${tenant.token}` } })).status).toBe(405);
});

test('methods that are not in the table, pings and tokens of others are answered as at a server’s address', async () => {
  const headers = await openSession();
  expect((await post(tenant.url, tenant.token, { jsonrpc: '2.0', id: 1, method: 'tasks/list' }, headers)).status).toBe(404);
  const ping = await post(tenant.url, tenant.token, { jsonrpc: '2.0', id: 9, method: 'ping' }, headers);
  expect(await ping.json()).toEqual({ jsonrpc: '2.0', id: 9, result: {} });
  const probe = await post(tenant.url, tenant.token, { jsonrpc: '2.0', id: 1, method: 'server/discover' }, headers);
  expect([probe.status, await probe.json()]).toMatchObject([404, { error: { code: -32601 } }]);
  expect((await post(tenant.url, 'tg_nobody', initialize)).status).toBe(401);
  const version = await post(
    tenant.url,
    tenant.token,
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { ...headers, 'mcp-protocol-version': '2024-11-05' },
  );
  expect(version.status).toBe(400);
});
