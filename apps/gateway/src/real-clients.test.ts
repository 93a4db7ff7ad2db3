/** Clients and servers that others wrote. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { freePort, until } from '@toolgate/embedded/process';
import { createGrant, createOrganization, createPolicy, createServer, type ToolFactory } from '@toolgate/testing/factories';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, createFixture, type Fixture, post } from './testing/fixture.ts';
import type { RunningGateway } from './wiring.ts';

let fixture: Fixture;
let gateway: RunningGateway;
let everything: ChildProcess;
let url: string;
let token: string;

beforeAll(async () => {
  const port = await freePort();
  const root = path.resolve(import.meta.dirname, '../../..');
  const main = path.join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
  everything = spawn(process.execPath, [main, 'streamableHttp'], { env: { ...process.env, PORT: String(port) }, stdio: 'ignore' });
  await until(() => fetch(`http://127.0.0.1:${port}/mcp`), 'server-everything', 20_000);
  fixture = await createFixture('embedded', {}, { TOOLGATE_EGRESS_ALLOW: `127.0.0.1:${port}` });
  gateway = await fixture.start();
  const organization = await createOrganization(fixture.db);
  const direct = await connect(`http://127.0.0.1:${port}/mcp`, 'none');
  const tools = (await direct.listTools()).tools as ToolFactory[];
  await direct.close();
  const server = await createServer(fixture.db, organization.id, { url: `http://127.0.0.1:${port}/mcp`, tools });
  const document = { version: '1', default: 'deny', tools: { echo: {}, 'get-sum': {}, 'trigger-*': {} } };
  const policy = await createPolicy(fixture.db, organization.id, { document });
  ({ token } = await createGrant(fixture.db, organization.id, { servers: [{ serverId: server.id, policyId: policy.id }] }));
  url = `${gateway.url}/${organization.slug}/mcp`;
});
afterAll(async () => {
  await fixture?.stop();
  everything.kill();
  await once(everything, 'exit');
});

test('server-everything behind the gateway: its allowed tools work, get-env is neither listed nor called', async () => {
  const client = await connect(url, token);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['echo', 'get-sum']));
  expect(tools.map(({ name }) => name)).not.toContain('get-env');
  expect(client.getServerCapabilities()).not.toHaveProperty('resources');
  expect(await client.callTool({ name: 'get-sum', arguments: { a: 2, b: 40 } })).toMatchObject({
    content: [{ text: expect.stringContaining('42') }],
  });
  expect(await client.callTool({ name: 'get-env', arguments: {} })).toMatchObject({ isError: true });
  const progress: number[] = [];
  const options = { onprogress: (step: { progress: number }) => void progress.push(step.progress) };
  await client.callTool({ name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 3 } }, undefined, options);
  expect(progress.length).toBeGreaterThan(0);
  await client.close();
});

test('a client of both eras asks for the newer one first, and falls back to a session', async () => {
  const { Client, StreamableHTTPClientTransport } = (await import(v2Client())) as V2;
  const client = new Client({ name: 'v2', version: '2' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
  expect(await client.callTool({ name: 'echo', arguments: { message: 'hello' } })).toMatchObject({
    content: [{ text: expect.stringContaining('hello') }],
  });
  await client.close();
});

test('a probe of the newer era is answered 404 and by no code of that era', async () => {
  const params = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} } };
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'server/discover' };
  const answer = await post(url, token, { jsonrpc: '2.0', id: 1, method: 'server/discover', params }, headers);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ id: 1, error: { code: -32601 } });
});

interface V2 {
  Client: new (
    info: object,
    options: object,
  ) => { connect(transport: unknown): Promise<void>; callTool(call: object): Promise<unknown>; close(): Promise<void> };
  StreamableHTTPClientTransport: new (url: URL, options: object) => unknown;
}

/** The second SDK, which is no dependency of the gateway. */
function v2Client(): string {
  return createRequire(import.meta.url).resolve('@modelcontextprotocol/client');
}
