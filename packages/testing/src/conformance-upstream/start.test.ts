import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, expect, test } from 'vitest';
import { type ConformanceUpstream, startConformanceUpstream } from './start.ts';

let upstream: ConformanceUpstream;
afterEach(() => upstream.stop());

function send(message: object, headers: Record<string, string> = {}): Promise<Response> {
  const common = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  return fetch(upstream.url, {
    method: 'POST',
    headers: { ...common, ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  });
}

const initialize = (protocolVersion: string) =>
  send({ method: 'initialize', params: { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } } });

const discover = () => {
  const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
  return send({ method: 'server/discover', params: { _meta } }, { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'server/discover' });
};

test('speaks each of the session-based revisions, and the stateless one, at one address', async () => {
  upstream = await startConformanceUpstream();
  for (const revision of ['2025-03-26', '2025-06-18', '2025-11-25']) {
    const answer = await initialize(revision);
    expect(answer.headers.get('mcp-session-id')).toMatch(/^[\x21-\x7e]+$/);
    expect(await answer.text()).toContain(`"protocolVersion":"${revision}"`);
  }
  expect(await (await discover()).json()).toMatchObject({ result: { supportedVersions: ['2026-07-28'] } });
});

test('with one era only, the other is refused as a server of that era refuses it', async () => {
  upstream = await startConformanceUpstream({ eras: 'session' });
  expect((await discover()).status).toBe(400);
  expect(await (await discover()).json()).toMatchObject({ error: { code: -32000 } });
  await upstream.stop();
  upstream = await startConformanceUpstream({ eras: 'stateless' });
  const refused = await initialize('2025-11-25');
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { code: -32022, data: { supported: ['2026-07-28'] } } });
});

test('a change of the tools is told on the stream of every session', async () => {
  upstream = await startConformanceUpstream();
  const client = new Client({ name: 'test', version: '1' });
  const told = new Promise<void>((resolve) => client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()));
  let opened: (status: number) => void = () => {};
  const stream = new Promise<number>((resolve) => {
    opened = resolve;
  });
  const fetching: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (init?.method === 'GET') opened(response.status);
    return response;
  };
  await client.connect(new StreamableHTTPClientTransport(new URL(upstream.url), { fetch: fetching }));
  // The client opens it by itself, some time after it has connected: before that there is no stream to tell it on.
  expect(await stream).toBe(200);
  await client.callTool({ name: 'test_trigger_tool_change' });
  await told;
  await client.close();
});
