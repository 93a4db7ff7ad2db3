/** What servers say unasked, on the stream of a session at an organization's URL: whose it is, and where it was left. */
import type { ServerResponse } from 'node:http';
import { type RecordedRequest, type RecorderUpstream, startRecorderUpstream } from '@toolgate/testing/recorder-upstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFixture, type Fixture, initialize, post } from '../testing/fixture.ts';
import { type JoinedTenant, joinedTenant } from '../testing/joined-tenant.ts';
import { json, result, sse } from '../testing/stateless-stub.ts';

interface Stub extends RecorderUpstream {
  /** Its streams that are open, with what they were opened with. */
  streams: { response: ServerResponse; lastEventId: string | undefined }[];
}

let fixture: Fixture;
let a: Stub;
let b: Stub;
let tenant: JoinedTenant;

/** A server that keeps sessions and answers everything with nothing. */
async function startStub(): Promise<Stub> {
  const streams: Stub['streams'] = [];
  const capabilities = { resources: { subscribe: true }, prompts: {}, completions: {}, logging: {} };
  const intercept = ({ method, headers, message }: RecordedRequest, response: ServerResponse): boolean => {
    if (method === 'GET') {
      const stream = { response: sse(response), lastEventId: headers['last-event-id'] as string | undefined };
      response.flushHeaders();
      streams.push(stream);
      response.on('close', () => streams.splice(streams.indexOf(stream), 1));
    } else if (message?.method === 'initialize') {
      const opened = { protocolVersion: '2025-06-18', capabilities, serverInfo: { name: 'stub', version: '1' }, instructions: 'Be kind.' };
      json(response.setHeader('mcp-session-id', 'theirs'), result(message.id, opened));
    } else if (message?.method === 'resources/templates/list') {
      json(response, result(message.id, { resourceTemplates: [{ uriTemplate: 'file:///{path}', name: 'files' }] }));
    } else if (message?.id !== undefined && message.method) json(response, result(message.id, {}));
    else response.writeHead(202).end();
    return true;
  };
  return Object.assign(await startRecorderUpstream({ intercept }), { streams });
}

beforeAll(async () => {
  [a, b] = [await startStub(), await startStub()];
  fixture = await createFixture('embedded', {}, { TOOLGATE_EGRESS_ALLOW: [a.host, b.host].join() });
  const gateway = await fixture.start();
  tenant = await joinedTenant(fixture, gateway, [
    { slug: 'a', url: a.url },
    { slug: 'b', url: b.url },
  ]);
});
afterAll(async () => {
  await fixture?.stop();
  await Promise.all([a?.stop(), b?.stop()]);
});

const openSession = async (): Promise<{ headers: Record<string, string>; result: Record<string, unknown> }> => {
  const opened = await post(tenant.url, tenant.token, initialize);
  const { result } = (await opened.json()) as { result: Record<string, unknown> };
  return { headers: { 'mcp-session-id': opened.headers.get('mcp-session-id') as string }, result };
};

async function openStream(headers: Record<string, string>) {
  const controller = new AbortController();
  const authorization = `Bearer ${tenant.token}`;
  const answer = await fetch(tenant.url, {
    headers: { ...headers, authorization, accept: 'text/event-stream' },
    signal: controller.signal,
  });
  let text = '';
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) text += decoder.decode(chunk, { stream: true });
  })().catch(() => {});
  const data = () => [...text.matchAll(/^data: (.+)$/gm)].map(([, json]) => JSON.parse(json as string));
  const lastId = () => [...text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] as string;
  return { data, lastId, text: () => text, close: () => controller.abort() };
}

const say = (stub: Stub, id: string, message: object) =>
  stub.streams.at(-1)!.response.write(`id: ${id}\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`);
const updated = (uri: string) => ({ method: 'notifications/resources/updated', params: { uri } });

test('resources and requests on the stream say whose they are, and answers find the way back', async () => {
  const { headers } = await openSession();
  const stream = await openStream(headers);
  await expect.poll(() => a.streams.length + b.streams.length).toBe(2);
  say(a, '1', updated('file:///x'));
  say(b, '1', updated('file:///x'));
  say(a, '2', { id: 5, method: 'ping' });
  say(b, '2', { id: 5, method: 'ping' });
  await expect.poll(() => stream.data().length).toBe(4);
  const said = stream.data();
  expect(said.flatMap(({ params }) => params?.uri ?? []).sort()).toEqual(['tg-a+file:///x', 'tg-b+file:///x']);
  const ids = said.flatMap(({ id }) => id ?? []);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect((await post(tenant.url, tenant.token, { jsonrpc: '2.0', id, result: {} }, headers)).status).toBe(202);
  for (const stub of [a, b]) {
    const { message, headers: got } = stub.requests.at(-1)!;
    expect(message).toEqual({ jsonrpc: '2.0', id: 5, result: {} });
    expect(got).toMatchObject({ 'mcp-session-id': 'theirs', 'mcp-protocol-version': '2025-06-18' });
  }
  stream.close();
  await expect.poll(() => a.streams.length + b.streams.length).toBe(0);
});

test('a stream is taken up again where each server was left', async () => {
  const { headers } = await openSession();
  const stream = await openStream(headers);
  await expect.poll(() => a.streams.length + b.streams.length).toBe(2);
  say(a, 'a-7', updated('file:///1'));
  await expect.poll(() => stream.data().length).toBe(1);
  say(b, 'b-3', updated('file:///2'));
  await expect.poll(() => stream.data().length).toBe(2);
  const lastEventId = stream.lastId();
  stream.close();
  await expect.poll(() => a.streams.length + b.streams.length).toBe(0);
  const next = await openStream({ ...headers, 'last-event-id': lastEventId });
  await expect.poll(() => [a.streams[0]?.lastEventId, b.streams[0]?.lastEventId]).toEqual(['a-7', 'b-3']);
  // And so is the part of one server that ends its stream while the client's goes on.
  say(b, 'b-4', updated('file:///3'));
  b.streams[0]!.response.end('retry: 150\n\n');
  await expect.poll(() => b.streams[0]?.lastEventId).toBe('b-4');
  expect(a.streams[0]?.lastEventId).toBe('a-7');
  next.close();
  await expect.poll(() => a.streams.length + b.streams.length).toBe(0);
});

test('what is about one resource or prompt goes to its server, under the server’s own name', async () => {
  const { headers, result } = await openSession();
  expect(result).toMatchObject({ capabilities: { resources: { subscribe: true }, completions: {}, prompts: {} } });
  expect(result.instructions).toContain('b says:\nBe kind.');
  const cases: [string, object, object][] = [
    ['resources/subscribe', { uri: 'tg-b+file:///x' }, { uri: 'file:///x' }],
    ['resources/unsubscribe', { uri: 'tg-b+file:///x' }, { uri: 'file:///x' }],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'b__p' }, argument: { name: 'n', value: 'v' } },
      { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'n', value: 'v' } },
    ],
    [
      'completion/complete',
      { ref: { type: 'ref/resource', uri: 'tg-b+file:///{path}' } },
      { ref: { type: 'ref/resource', uri: 'file:///{path}' } },
    ],
  ];
  for (const [method, params, own] of cases) {
    const seen = a.requests.length;
    expect((await post(tenant.url, tenant.token, { jsonrpc: '2.0', id: 1, method, params }, headers)).status).toBe(200);
    expect(b.requests.at(-1)?.message).toEqual({ jsonrpc: '2.0', id: 1, method, params: own });
    expect(a.requests.length).toBe(seen);
  }
  const templates = await post(tenant.url, tenant.token, { jsonrpc: '2.0', id: 1, method: 'resources/templates/list' }, headers);
  expect(await templates.text()).toContain('"tg-a+file:///{path}"');
});

test('the progress of what the client does for a server is told to that server, under its own token', async () => {
  const { headers } = await openSession();
  const stream = await openStream(headers);
  await expect.poll(() => a.streams.length + b.streams.length).toBe(2);
  for (const stub of [a, b])
    say(stub, '1', { id: 1, method: 'sampling/createMessage', params: { messages: [], maxTokens: 1, _meta: { progressToken: 1 } } });
  await expect.poll(() => stream.data().length).toBe(2);
  const token = stream
    .data()
    .map(({ params }) => params._meta.progressToken)
    .find((one) => String(one).startsWith('tg-b'));
  const seen = a.requests.length;
  const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: token, progress: 1 } };
  expect((await post(tenant.url, tenant.token, progress, headers)).status).toBe(202);
  expect(b.requests.at(-1)?.message).toMatchObject({ method: 'notifications/progress', params: { progressToken: 1 } });
  expect(a.requests.length).toBe(seen);
  stream.close();
  await expect.poll(() => a.streams.length + b.streams.length).toBe(0);
});
