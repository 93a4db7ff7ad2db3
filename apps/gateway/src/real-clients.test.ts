/** Clients and servers that others wrote. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { freePort } from '@toolgate/embedded/process';
import { type ConformanceUpstream, startConformanceUpstream } from '@toolgate/testing/conformance-upstream/start';
import { createGrant, createOrganization, createPolicy, createServer, type ToolFactory } from '@toolgate/testing/factories';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLIENT_KINDS, connectAs, toolsOf } from './testing/clients.ts';
import { connect, createFixture, type Fixture, post } from './testing/fixture.ts';
import { stateless } from './testing/stateless-stub.ts';
import type { RunningGateway } from './wiring.ts';

interface Place {
  url: string;
  token: string;
  /** A tool that the policy denies. */
  denied: string;
}

const root = path.resolve(import.meta.dirname, '../../..');
const home = mkdtempSync(path.join(os.tmpdir(), 'toolgate-clients-'));
const bin = (name: string) => realpathSync(path.join(root, 'node_modules/.bin', name));
let fixture: Fixture;
let gateway: RunningGateway;
let everything: ChildProcess;
let newer: ConformanceUpstream;
const places = {} as Record<'everything' | 'stateless', Place>;

beforeAll(async () => {
  const port = await startEverything();
  newer = await startConformanceUpstream({ eras: 'stateless' });
  fixture = await createFixture('embedded', {}, { TOOLGATE_EGRESS_ALLOW: `127.0.0.1:${port},${newer.host}` });
  gateway = await fixture.start();
  const older = `http://127.0.0.1:${port}/mcp`;
  places.everything = await placeOf(older, await toolsOf(older, 'v1'), { echo: {}, 'get-sum': {}, 'trigger-*': {} }, 'get-env');
  places.stateless = await placeOf(newer.url, await toolsOf(newer.url, 'v2 pinned'), { test_simple_text: {} }, 'test_image_content');
});
afterAll(async () => {
  await fixture?.stop();
  await newer?.stop();
  everything.kill();
  await once(everything, 'close');
  rmSync(home, { recursive: true, force: true, maxRetries: 10 });
});

const TRIES = 5;

/** Somebody may take its port before it does: it then ends, and is started at another. @returns where it listens. */
async function startEverything(): Promise<number> {
  const main = path.join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const env = { ...process.env, PORT: String(port) };
    everything = spawn(process.execPath, [main, 'streamableHttp'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    for await (const line of createInterface(everything.stderr as NodeJS.ReadableStream)) {
      said += `${line}\n`;
      if (line.includes(`listening on port ${port}`)) {
        everything.stderr?.resume();
        return port;
      }
    }
    if (attempt === TRIES) throw new Error(`server-everything did not start: ${said}`);
  }
}

async function placeOf(url: string, tools: ToolFactory[], allowed: object, denied: string): Promise<Place> {
  const organization = await createOrganization(fixture.db);
  const server = await createServer(fixture.db, organization.id, { url, tools });
  const policy = await createPolicy(fixture.db, organization.id, { document: { version: '1', default: 'deny', tools: allowed } });
  const { token } = await createGrant(fixture.db, organization.id, { servers: [{ serverId: server.id, policyId: policy.id }] });
  return { url: `${gateway.url}/${organization.slug}/mcp`, token, denied };
}

test('server-everything behind the gateway: its allowed tools work, get-env is neither listed nor called', async () => {
  const client = await connect(places.everything.url, places.everything.token);
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

test('a session-based server answers a client of both eras as one of the newer: what it is asked first it would not understand', async () => {
  const probe = stateless('server/discover');
  const answer = await post(places.everything.url, places.everything.token, probe.body, probe.headers);
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { id: 1, result: { supportedVersions: ['2026-07-28'], cacheScope: 'private' } },
  ]);
});

describe.each(['everything', 'stateless'] as const)('the server %s through the gateway:', (name) => {
  const place = () => places[name];
  const tool = name === 'everything' ? 'get-sum' : 'test_simple_text';

  test.each(CLIENT_KINDS)('the official SDK (%s)', async (kind) => {
    const client = await connectAs(kind, place().url, place().token);
    expect((await client.listTools()).tools.map((one) => one.name)).toEqual(expect.arrayContaining([tool]));
    expect(await client.callTool({ name: tool, arguments: { a: 2, b: 40 } })).toMatchObject({
      content: [{ text: expect.stringMatching(/42|simple text/) }],
    });
    expect(await client.callTool({ name: place().denied, arguments: {} })).toMatchObject({ isError: true });
    await client.close();
  });

  test.each(['legacy', 'auto', 'modern'])('the Inspector’s command line, era %s', async (era) => {
    const server = [place().url, '--transport', 'http', '--header', `Authorization: Bearer ${place().token}`, '--protocol-era', era];
    const listed = await run(bin('mcp-inspector'), ['--cli', ...server, '--method', 'tools/list']);
    expect(listed).toContain(`"${tool}"`);
    expect(listed).not.toContain(`"${place().denied}"`);
    const called = await run(bin('mcp-inspector'), [
      '--cli',
      ...server,
      '--method',
      'tools/call',
      '--tool-name',
      tool,
      '--tool-arg',
      'a=2',
      'b=40',
    ]);
    expect(called).toMatch(/42|simple text/);
  });

  test('mcp-remote, as desktop clients use it', async () => {
    const args = [path.join(root, 'node_modules/mcp-remote/dist/proxy.js'), place().url, '--allow-http', '--transport', 'http-only'];
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [...args, '--header', `Authorization:Bearer ${place().token}`],
      env: { PATH: process.env.PATH as string, HOME: home, MCP_REMOTE_CONFIG_DIR: home },
      stderr: 'ignore',
    });
    const client = new Client({ name: 'desktop', version: '1' });
    await client.connect(transport);
    expect((await client.listTools()).tools.map((one) => one.name)).toContain(tool);
    expect(await client.callTool({ name: tool, arguments: { a: 2, b: 40 } })).toMatchObject({
      content: [{ text: expect.stringMatching(/42|simple text/) }],
    });
    await client.close();
  });

  test('@langchain/mcp-adapters', async () => {
    const client = new MultiServerMCPClient({
      mcpServers: { toolgate: { transport: 'http', url: place().url, headers: { authorization: `Bearer ${place().token}` } } },
    });
    const tools = await client.getTools();
    expect(tools.map((one) => one.name)).not.toContain(place().denied);
    expect(JSON.stringify(await tools.find((one) => one.name === tool)?.invoke({ a: 2, b: 40 }))).toMatch(/42|simple text/);
    await client.close();
  });
});

async function run(command: string, args: string[]): Promise<string> {
  const child = spawn(process.execPath, [command, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  expect([code, output]).toEqual([0, expect.any(String)]);
  return output;
}
