/** `subscriptions/listen` at an organization's URL: one subscription at each server that has them, told as one. */

import type { ServerResponse } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type RecorderUpstream, startRecorderUpstream } from '@toolgate/testing/recorder-upstream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFixture, type Fixture, post } from '../testing/fixture.ts';
import { type EraUpstreams, type JoinedTenant, joinedTenant, OPEN_POLICY, startEraUpstreams } from '../testing/joined-tenant.ts';
import { answerEra, event, result, sse, stateless } from '../testing/stateless-stub.ts';
import type { RunningGateway } from '../wiring.ts';

let fixture: Fixture;
let gateway: RunningGateway;
let upstreams: EraUpstreams;
let stub: RecorderUpstream;
/** The subscriptions that are open at the stub. */
const open = new Set<ServerResponse>();

beforeAll(async () => {
  upstreams = await startEraUpstreams();
  stub = await startRecorderUpstream({
    intercept(request, response) {
      if (answerEra(request, response)) return true;
      const { message } = request;
      if (message?.method !== 'subscriptions/listen') return false;
      open.add(sse(response).on('close', () => open.delete(response)));
      const _meta = { 'io.modelcontextprotocol/subscriptionId': message.id };
      const notifications = message.params?.notifications;
      response.write(event({ jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: { _meta, notifications } }));
      return true;
    },
  });
  const environment = { TOOLGATE_EGRESS_ALLOW: [...upstreams.hosts, stub.host].join(), GATEWAY_KEEPALIVE_MS: '200' };
  fixture = await createFixture('embedded', {}, environment);
  gateway = await fixture.start();
});
afterAll(async () => {
  await fixture?.stop();
  await Promise.all([upstreams?.stop(), stub?.stop()]);
});

interface Listening {
  /** Messages so far. */
  messages: { method?: string; params?: Record<string, unknown>; result?: object; id?: unknown }[];
  text(): string;
  over: Promise<void>;
  close(): void;
}

async function listen(tenant: JoinedTenant, notifications: object): Promise<Listening> {
  const { body, headers } = stateless('subscriptions/listen', { notifications }, 'mine');
  const controller = new AbortController();
  const answer = await fetch(tenant.url, {
    method: 'POST',
    headers: {
      ...headers,
      authorization: `Bearer ${tenant.token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(body),
    signal: controller.signal,
  });
  expect(answer.status).toBe(200);
  const messages: Listening['messages'] = [];
  let text = '';
  let read = 0;
  const over = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      for (const [whole, data] of text.slice(read).matchAll(/data: (.+)\n\n/g)) {
        messages.push(JSON.parse(data as string));
        read = text.indexOf(whole, read) + whole.length;
      }
    }
  })().catch(() => {});
  return { messages, text: () => text, over, close: () => controller.abort() };
}

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const stubTenant = () =>
  joinedTenant(fixture, gateway, [
    { slug: 'stub', url: stub.url },
    { slug: 'two', url: stub.url, document: { ...OPEN_POLICY, methods: { ...OPEN_POLICY.methods, 'prompts/*': 'deny' } } },
  ]);

test('a real client is told what a stateless server tells, and what cannot be had is said', async () => {
  const tenant = await joinedTenant(fixture, gateway, upstreams.servers);
  let changes = 0;
  const client = new Client(
    { name: 'listener', version: '1' },
    {
      versionNegotiation: { mode: { pin: '2026-07-28' } },
      listChanged: {
        tools: { autoRefresh: false, debounceMs: 0, onChanged: () => void changes++ },
        prompts: { autoRefresh: false, debounceMs: 0, onChanged: () => void changes++ },
      },
    },
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL(tenant.url), { requestInit: { headers: { authorization: `Bearer ${tenant.token}` } } }),
  );
  await expect
    .poll(async () => {
      await client.callTool({ name: 'new__test_trigger_tool_change', arguments: {} });
      return changes;
    })
    .toBeGreaterThan(0);
  await client.close();
  const raw = await listen(tenant, { toolsListChanged: true });
  await expect.poll(() => raw.messages.length).toBeGreaterThan(0);
  expect(raw.messages[0]).toMatchObject({
    method: 'notifications/subscriptions/acknowledged',
    params: {
      _meta: { [SUBSCRIPTION]: 'mine', 'toolgate/missing': [{ server: 'old', code: 'not_bridged' }] },
      notifications: { toolsListChanged: true },
    },
  });
  raw.close();
});

describe('several servers', () => {
  test('are each asked for what their policies allow and for resources of their own, and acknowledged together', async () => {
    const tenant = await stubTenant();
    const seen = stub.requests.length;
    const resourceSubscriptions = ['tg-stub+file:///a', 'tg-two+file:///b', 'tg-nowhere+file:///c', 'file:///d'];
    const listening = await listen(tenant, { promptsListChanged: true, resourceSubscriptions });
    await expect.poll(() => listening.messages.length).toBe(1);
    const asked = stub.requests.slice(seen).filter(({ message }) => message?.method === 'subscriptions/listen');
    const filters = asked.map(({ message }) => JSON.stringify(message?.params?.notifications)).sort();
    expect(filters).toEqual([
      '{"promptsListChanged":true,"resourceSubscriptions":["file:///a"]}',
      '{"resourceSubscriptions":["file:///b"]}',
    ]);
    expect(listening.messages[0]?.params).toMatchObject({
      notifications: { promptsListChanged: true, resourceSubscriptions: ['tg-stub+file:///a', 'tg-two+file:///b'] },
    });
    for (const response of open) {
      const params = { uri: 'file:///a', _meta: { [SUBSCRIPTION]: 'toolgate-listen' } };
      response.write(event({ jsonrpc: '2.0', method: 'notifications/resources/updated', params }));
    }
    await expect.poll(() => listening.messages.length).toBe(3);
    expect(
      listening.messages
        .slice(1)
        .map(({ params }) => params?.uri)
        .sort(),
    ).toEqual(['tg-stub+file:///a', 'tg-two+file:///a']);
    for (const { params } of listening.messages) expect(params?._meta).toMatchObject({ [SUBSCRIPTION]: 'mine' });
    listening.close();
    await expect.poll(() => open.size).toBe(0);
  });

  test('are listened to again when one of them ends its subscription', async () => {
    const tenant = await stubTenant();
    const listening = await listen(tenant, { toolsListChanged: true });
    await expect.poll(() => [open.size, listening.messages.length]).toEqual([2, 1]);
    const [first, second] = open;
    first!.end(event(result('toolgate-listen', { resultType: 'complete' })));
    await expect.poll(() => open.size === 2 && !open.has(first!)).toBe(true);
    const [again] = [...open].filter((response) => response !== second);
    const changed = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' };
    again!.write(event({ ...changed, params: { _meta: { [SUBSCRIPTION]: 'toolgate-listen' } } }));
    // What is told on it is the next that the client hears: nothing of the end, and no other acknowledgement.
    await expect.poll(() => listening.messages.length).toBe(2);
    expect(listening.messages[1]).toMatchObject({ ...changed, params: { _meta: { [SUBSCRIPTION]: 'mine' } } });
    listening.close();
    await expect.poll(() => open.size).toBe(0);
  });

  test('do not leave the client in silence, and pausing one ends the stream with a word', async () => {
    const tenant = await stubTenant();
    const listening = await listen(tenant, { toolsListChanged: true });
    await expect.poll(() => listening.messages.length).toBe(1);
    await expect.poll(() => listening.text().includes(': keepalive')).toBe(true);
    await fixture.change(tenant.organizationId, (tx) =>
      tx.server.updateMany({ where: { id: tenant.serverIds.two as string }, data: { pausedAt: new Date() } }),
    );
    await listening.over;
    expect(listening.messages.slice(1)).toMatchObject([
      { method: 'notifications/tools/list_changed', params: { _meta: { [SUBSCRIPTION]: 'mine' } } },
      { id: 'mine', result: { resultType: 'complete' } },
    ]);
    await expect.poll(() => open.size).toBe(0);
  });
});

test('a filter that is none is refused', async () => {
  const { body, headers } = stateless('subscriptions/listen', {});
  const tenant = await stubTenant();
  const answer = await post(tenant.url, tenant.token, body, headers);
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: -32602 } }]);
});
