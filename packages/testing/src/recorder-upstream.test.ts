import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, expect, test } from 'vitest';
import { type RecorderOptions, type RecorderUpstream, startRecorderUpstream } from './recorder-upstream.ts';

let upstream: RecorderUpstream;
let client: Client;

async function connect(options: RecorderOptions = {}): Promise<void> {
  upstream = await startRecorderUpstream(options);
  client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { 'X-Api-Key': 'k1' } };
  await client.connect(new StreamableHTTPClientTransport(new URL(upstream.url), { requestInit }));
}

afterEach(async () => {
  await client.close();
  await upstream.stop();
});

test.each(['sse', 'json'] as const)('a call is answered as %s and kept with its bytes, headers and time', async (answers) => {
  await connect({ answers });
  const result = await client.callTool({ name: 'echo', arguments: { a: 1 } });
  expect(result.content).toEqual([{ type: 'text', text: '{"a":1}' }]);
  expect(upstream.calls).toHaveLength(1);
  const [call] = upstream.calls;
  expect(call!.body.toString()).toContain('"arguments":{"a":1}');
  expect(call!.headers['x-api-key']).toBe('k1');
  expect(call!.rawHeaders).toContain('k1');
  expect(Math.abs(Date.now() - call!.at)).toBeLessThan(120_000);
  expect(upstream.requests.map(({ message }) => message?.method)).toContain('initialize');
});

test('progress comes three times before the result, failures are tool errors, and sizes are as asked', async () => {
  await connect();
  const seen: number[] = [];
  await client.callTool({ name: 'progress' }, undefined, { onprogress: ({ progress }) => seen.push(progress) });
  expect(seen).toEqual([1, 2, 3]);
  expect((await client.callTool({ name: 'fail' })).isError).toBe(true);
  const big = (await client.callTool({ name: 'big', arguments: { kb: 300 } })) as { content: { text: string }[] };
  expect(big.content[0]!.text).toHaveLength(300 * 1024);
});

test('a forgotten session is answered 404', async () => {
  await connect();
  await upstream.forgetSessions();
  await expect(client.callTool({ name: 'echo' })).rejects.toThrow(/Session not found/);
});

test('an interceptor answers in place of the server, and the request is still kept', async () => {
  await connect({
    intercept: ({ message }, response) => {
      if (message?.method !== 'tools/call') return false;
      response.writeHead(502).end('no');
      return true;
    },
  });
  await expect(client.callTool({ name: 'echo' })).rejects.toMatchObject({ code: 502 });
  expect(upstream.calls).toHaveLength(1);
});
