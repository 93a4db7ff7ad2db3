/** Sessions at an organization's URL, each made of one session per server. */
import type { ServerResponse } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  PromptListChangedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { type ConformanceUpstream, startConformanceUpstream } from '@toolgate/testing/conformance-upstream/start';
import { createGrant, type ToolFactory } from '@toolgate/testing/factories';
import { RECORDER_TOOLS } from '@toolgate/testing/recorder-server';
import { type RecordedRequest, type RecorderUpstream, startRecorderUpstream } from '@toolgate/testing/recorder-upstream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolsOf } from '../testing/clients.ts';
import { callOf, createFixture, type Fixture, initialize, post } from '../testing/fixture.ts';
import { type JoinedTenant, joinedTenant, OPEN_POLICY } from '../testing/joined-tenant.ts';
import { json, result } from '../testing/stateless-stub.ts';
import type { RunningGateway } from '../wiring.ts';

const TOOLS = RECORDER_TOOLS as ToolFactory[];

let fixture: Fixture;
let gateway: RunningGateway;
let a: ConformanceUpstream;
let b: ConformanceUpstream;
let recorder: RecorderUpstream;
let second: RecorderUpstream;
let asking: JoinedTenant;
let recorded: JoinedTenant;

beforeAll(async () => {
  [a, b] = await Promise.all([startConformanceUpstream({ eras: 'session' }), startConformanceUpstream({ eras: 'session' })]);
  [recorder, second] = await Promise.all([startRecorderUpstream(), startRecorderUpstream({ answers: 'json' })]);
  const hosts = [a, b, recorder, second].map(({ host }) => host);
  fixture = await createFixture('embedded', {}, { TOOLGATE_EGRESS_ALLOW: hosts.join() });
  gateway = await fixture.start();
  const tools = await toolsOf(a.url, 'v1');
  asking = await joinedTenant(fixture, gateway, [
    { slug: 'a', url: a.url, tools },
    { slug: 'b', url: b.url, tools },
  ]);
  recorded = await joinedTenant(fixture, gateway, [
    { slug: 'one', url: recorder.url, tools: TOOLS },
    { slug: 'two', url: second.url, tools: TOOLS },
  ]);
});
afterAll(async () => {
  await fixture?.stop();
  await Promise.all([a, b, recorder, second].map((upstream) => upstream?.stop()));
});

/** Half of what the gateway gives a server before it gives it up, and more than a busy machine needs for one that answers. */
const DEADLINE_MS = 5000;

/** A server that opens its session when it is told to. */
async function startLate(): Promise<RecorderUpstream & { open(): void }> {
  const asked: { id: unknown; response: ServerResponse }[] = [];
  const intercept = ({ message, method }: RecordedRequest, response: ServerResponse): boolean => {
    if (method === 'DELETE') response.writeHead(200).end();
    else if (message?.method === 'initialize') asked.push({ id: message.id, response });
    else return false;
    return true;
  };
  const open = () => {
    const opened = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'late', version: '1' } };
    for (const { id, response } of asked) json(response.setHeader('mcp-session-id', 'too-late'), result(id, opened));
  };
  return Object.assign(await startRecorderUpstream({ intercept }), { open });
}

interface Connected {
  client: Client;
  transport: StreamableHTTPClientTransport;
}

async function connect({ url, token }: JoinedTenant, capabilities: object = {}): Promise<Connected> {
  const client = new Client({ name: 'joined', version: '1' }, { capabilities });
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } });
  await client.connect(transport);
  return { client, transport };
}

const openSession = async ({ url, token }: JoinedTenant): Promise<Record<string, string>> => {
  const opened = await post(url, token, initialize);
  await opened.text();
  const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
  await post(url, token, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers);
  return headers;
};

describe('what servers ask of the client', () => {
  test('at the same time and under equal ids is answered to the one that asked', async () => {
    const { client } = await connect(asking, { sampling: {}, elicitation: {} });
    let arrived = 0;
    let release = () => {};
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    client.setRequestHandler(CreateMessageRequestSchema, async ({ params }) => {
      const asked = JSON.stringify(params.messages);
      if (++arrived === 2) release();
      await both;
      return {
        model: 'm',
        role: 'assistant',
        content: { type: 'text', text: asked.includes('first') ? 'for the first' : 'for the second' },
      };
    });
    const [one, two] = await Promise.all([
      client.callTool({ name: 'a__test_sampling', arguments: { prompt: 'first' } }),
      client.callTool({ name: 'b__test_sampling', arguments: { prompt: 'second' } }),
    ]);
    expect(one).toMatchObject({ content: [{ text: 'LLM response: for the first' }] });
    expect(two).toMatchObject({ content: [{ text: 'LLM response: for the second' }] });
    client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept', content: { username: 'u', email: 'e@example.org' } }));
    expect(JSON.stringify(await client.callTool({ name: 'b__test_elicitation', arguments: { message: 'who?' } }))).toContain('accept');
    await client.close();
  });

  test('is not passed where the policy of that one server denies it', async () => {
    const tools = await toolsOf(a.url, 'v1');
    const methods = { ...OPEN_POLICY.methods, 'sampling/*': 'deny' };
    const tenant = await joinedTenant(fixture, gateway, [
      { slug: 'a', url: a.url, tools, document: { ...OPEN_POLICY, methods } },
      { slug: 'b', url: b.url, tools },
    ]);
    const { client } = await connect(tenant, { sampling: {} });
    let asked = 0;
    client.setRequestHandler(CreateMessageRequestSchema, () => {
      asked++;
      return { model: 'm', role: 'assistant' as const, content: { type: 'text' as const, text: 'x' } };
    });
    expect(JSON.stringify(await client.callTool({ name: 'a__test_sampling', arguments: { prompt: 'x' } }))).not.toContain('LLM response');
    expect(asked).toBe(0);
    expect(JSON.stringify(await client.callTool({ name: 'b__test_sampling', arguments: { prompt: 'x' } }))).toContain('LLM response: x');
    await client.close();
  });

  test('an answer to no request of a server is refused, and reaches nobody', async () => {
    const headers = await openSession(recorded);
    const seen = [recorder.requests.length, second.requests.length];
    for (const id of [1, 'tg-nowhere+n1', 'tg-one+n01', 'tg-one+x1', 'one+n1']) {
      const answer = await post(recorded.url, recorded.token, { jsonrpc: '2.0', id, result: {} }, headers);
      expect(answer.status).toBe(400);
    }
    expect([recorder.requests.length, second.requests.length]).toEqual(seen);
  });
});

describe('the stream of a session', () => {
  test('tells what any of the servers tells', async () => {
    const { client } = await connect(asking);
    const told: string[] = [];
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void told.push('tools'));
    client.setNotificationHandler(PromptListChangedNotificationSchema, () => void told.push('prompts'));
    await expect
      .poll(async () => {
        await client.callTool({ name: 'a__test_trigger_tool_change', arguments: {} });
        await client.callTool({ name: 'b__test_trigger_prompt_change', arguments: {} });
        return told;
      })
      .toEqual(expect.arrayContaining(['tools', 'prompts']));
    await client.close();
  });

  test('that a server ended in the middle of a call is taken up again with that server', async () => {
    const { client } = await connect(asking);
    expect(await client.callTool({ name: 'b__test_reconnection', arguments: {} })).toMatchObject({
      content: [{ text: 'Answered after the stream had ended.' }],
    });
    await client.close();
  });

  test.each(['revoked', 'paused'] as const)('ends when the grant is %s', async (how) => {
    const tenant = await joinedTenant(fixture, gateway, [
      { slug: 'one', url: recorder.url, tools: TOOLS },
      { slug: 'two', url: second.url, tools: TOOLS },
    ]);
    const stream = await fetch(tenant.url, {
      headers: { ...(await openSession(tenant)), authorization: `Bearer ${tenant.token}`, accept: 'text/event-stream' },
    });
    expect(stream.status).toBe(200);
    const data = how === 'revoked' ? { revokedAt: new Date() } : { pausedAt: new Date() };
    await fixture.change(tenant.organizationId, (tx) => tx.grant.updateMany({ where: { id: tenant.grantId }, data }));
    await stream.text();
  });

  test('ends, and says that the tools have changed, when a server is paused; the one that follows does without that server', async () => {
    const tenant = await joinedTenant(fixture, gateway, [
      { slug: 'one', url: recorder.url, tools: TOOLS },
      { slug: 'two', url: second.url, tools: TOOLS },
    ]);
    const headers = { ...(await openSession(tenant)), authorization: `Bearer ${tenant.token}`, accept: 'text/event-stream' };
    const stream = await fetch(tenant.url, { headers });
    await fixture.change(tenant.organizationId, (tx) =>
      tx.server.updateMany({ where: { id: tenant.serverIds.one as string }, data: { pausedAt: new Date() } }),
    );
    expect(await stream.text()).toContain('notifications/tools/list_changed');
    const next = (await fetch(tenant.url, { headers })).body!.getReader();
    const { value } = await next.read();
    expect(new TextDecoder().decode(value)).toContain(': nothing is told of one');
    await next.cancel();
  });
});

describe('a session', () => {
  test('is opened with each server in the client’s name, and ended with each of them', async () => {
    const before = [recorder.sessions, second.sessions];
    const { client, transport } = await connect(recorded, { sampling: {} });
    expect([recorder.sessions, second.sessions]).toEqual(before.map((count) => count + 1));
    const opened = recorder.requests.filter(({ message }) => message?.method === 'initialize').at(-1)!;
    expect(opened.message?.params).toMatchObject({ clientInfo: { name: 'joined' }, capabilities: { sampling: {} } });
    const told = recorder.requests.filter(({ message }) => message?.method === 'notifications/initialized').at(-1)!;
    expect(told.headers['mcp-session-id']).toBeDefined();
    const token = transport.sessionId as string;
    await transport.terminateSession();
    await expect.poll(() => [recorder.sessions, second.sessions]).toEqual(before);
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    expect((await post(recorded.url, recorded.token, list, { 'mcp-session-id': token })).status).toBe(404);
    await client.close();
  });

  test('belongs to one grant, and to this address', async () => {
    const headers = await openSession(recorded);
    const servers = Object.keys(recorded.serverIds).map((slug) => ({
      serverId: recorded.serverIds[slug] as string,
      policyId: recorded.policyIds[slug] as string,
    }));
    const other = await createGrant(fixture.db, recorded.organizationId, { servers });
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    expect((await post(recorded.url, other.token, list, headers)).status).toBe(404);
    expect((await post(recorded.url.replace('/mcp', '/one/mcp'), recorded.token, list, headers)).status).toBe(404);
    const own = await post(recorded.url.replace('/mcp', '/one/mcp'), recorded.token, initialize);
    const foreign = { 'mcp-session-id': own.headers.get('mcp-session-id') as string };
    expect((await post(recorded.url, recorded.token, list, foreign)).status).toBe(404);
    expect((await post(recorded.url, recorded.token, list, { 'mcp-session-id': 'x' })).status).toBe(404);
  });

  test('outlives the restart of one of the servers, without a call being sent twice', async () => {
    const { client } = await connect(recorded);
    await client.callTool({ name: 'one__echo', arguments: { n: 1 } });
    await recorder.forgetSessions();
    const calls = recorder.calls.length;
    expect(await client.callTool({ name: 'one__echo', arguments: { n: 2 } })).toMatchObject({ content: [{ text: '{"n":2}' }] });
    // The first one was answered 404: it was not looked at.
    expect(recorder.calls.length).toBe(calls + 2);
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['one__echo', 'two__echo']));
    await client.close();
  });

  test('is opened without a server that is too slow; the session that this one opens later is ended', async () => {
    const late = await startLate();
    const environment = {
      TOOLGATE_EGRESS_ALLOW: [late.host, recorder.host].join(),
      GATEWAY_LIST_TIMEOUT_MS: String(DEADLINE_MS),
    };
    const own = await createFixture('embedded', {}, environment);
    try {
      const tenant = await joinedTenant(own, await own.start(), [
        { slug: 'late', url: late.url, tools: TOOLS },
        { slug: 'one', url: recorder.url, tools: TOOLS },
      ]);
      const headers = await openSession(tenant);
      late.open();
      expect((await post(tenant.url, tenant.token, callOf('one__echo', {}), headers)).status).toBe(200);
      await expect
        .poll(() => late.requests.filter(({ method }) => method === 'DELETE').map(({ headers }) => headers['mcp-session-id']))
        .toContain('too-late');
    } finally {
      await own.stop();
      await late.stop();
    }
  });

  test('sets the level of the logs of every server, and tells a cancellation to every server', async () => {
    const headers = await openSession(recorded);
    const seen = [recorder, second].map(({ requests }) => requests.length);
    const level = { jsonrpc: '2.0', id: 5, method: 'logging/setLevel', params: { level: 'error' } };
    expect(await (await post(recorded.url, recorded.token, level, headers)).json()).toEqual({ jsonrpc: '2.0', id: 5, result: {} });
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 77 } };
    expect((await post(recorded.url, recorded.token, cancelled, headers)).status).toBe(202);
    for (const [i, upstream] of [recorder, second].entries()) {
      // Streams of other tests may be taken up again meanwhile.
      const told = upstream.requests.slice(seen[i]).filter(({ method }) => method === 'POST');
      expect(told.map(({ message }) => [message?.method, message?.params])).toEqual([
        ['logging/setLevel', { level: 'error' }],
        ['notifications/cancelled', { requestId: 77 }],
      ]);
    }
  });
});
