/** Real MCP clients and a real third-party server, through the gateway. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, test } from '@playwright/test';
import { type Applied, apply, auditEvents, CAPPED, connect, shared, toolgate, unique } from './shared.ts';
import { root, run } from './system.ts';

const require = createRequire(import.meta.url);
const bin = (name: string) => path.join(root, 'node_modules/.bin', name);

let organization: string;
let applied: Applied;
let token: string;

test.beforeAll(async () => {
  organization = unique('clients');
  applied = await apply({
    organization: { slug: organization, name: 'Clients' },
    owner: { email: `${organization}@example.com`, name: 'Owner', password: 'correct horse battery' },
    servers: [
      { slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' },
      { slug: 'everything', name: 'Everything', url: shared().everythingUrl },
    ],
    policies: [
      { slug: 'capped', name: 'Capped', document: JSON.parse(CAPPED) },
      {
        slug: 'open',
        name: 'Open',
        document: { version: '1', default: 'deny', tools: { echo: {}, 'get-sum': {}, 'trigger-long-running-operation': {} } },
      },
    ],
    grants: [
      { label: 'ci', servers: [{ server: 'wavespeed', policy: 'capped' }] },
      { label: 'everything', servers: [{ server: 'everything', policy: 'open' }] },
    ],
  });
  token = applied.grants[1]?.token as string;
});

const everythingUrl = () => applied.servers[1]?.url as string;

test('applying the same document again changes nothing and shows no token', async () => {
  expect(applied.servers[0]).toMatchObject({ slug: 'wavespeed', tools: 3 });
  expect(applied.gatewayUrl).toBe(`${shared().gatewayUrl}/${organization}/mcp`);
  expect(applied.grants.map((grant) => grant.token?.slice(0, 3))).toEqual(['tg_', 'tg_']);
  const again = await apply({
    organization: { slug: organization, name: 'Clients' },
    policies: [{ slug: 'capped', name: 'Capped', document: JSON.parse(CAPPED) }],
    grants: [{ label: 'ci', servers: [{ server: 'wavespeed', policy: 'capped' }] }],
  });
  expect(again.policies).toEqual([{ slug: 'capped', version: 1 }]);
  expect(again.grants).toEqual([{ label: 'ci', token: null }]);
});

test('server-everything: only the allowed tools are listed, they can be called, and progress arrives before the result', async () => {
  const client = await connect(everythingUrl(), token);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(['echo', 'get-sum', 'trigger-long-running-operation']);
  expect(await client.callTool({ name: 'echo', arguments: { message: 'through the gateway' } })).toMatchObject({
    content: [{ type: 'text', text: expect.stringContaining('through the gateway') }],
  });
  const order: string[] = [];
  await client.callTool({ name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 3 } }, undefined, {
    onprogress: ({ progress }) => order.push(`progress ${progress}`),
  });
  order.push('result');
  expect(order).toEqual(['progress 1', 'progress 2', 'progress 3', 'result']);
  const denied = await client.callTool({ name: 'get-env', arguments: {} });
  expect(denied).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('[POLICY DENIED]') }] });
  await client.close();
});

for (const [name, args] of [
  ['lists', ['--method', 'tools/list']],
  ['calls', ['--method', 'tools/call', '--tool-name', 'get-sum', '--tool-arg', 'a=2', 'b=40']],
] as const)
  test(`the MCP Inspector's command line ${name} through the gateway`, async () => {
    const header = ['--header', `Authorization: Bearer ${token}`];
    const output = await run(
      bin('mcp-inspector'),
      ['--cli', everythingUrl(), '--transport', 'http', ...header, ...args],
      { ...process.env, HOME: shared().dataFolder },
      '',
    );
    expect(output.stderr + output.stdout).toContain(name === 'lists' ? 'get-sum' : '42');
    expect(output.code).toBe(0);
  });

test('mcp-remote, as desktop clients use it, lists and calls through the gateway', async () => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      require.resolve('mcp-remote/dist/proxy.js'),
      everythingUrl(),
      '--allow-http',
      '--transport',
      'http-only',
      '--header',
      `Authorization:Bearer ${token}`,
    ],
    env: { PATH: process.env.PATH as string, HOME: shared().dataFolder, MCP_REMOTE_CONFIG_DIR: shared().dataFolder },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'desktop', version: '1.0.0' });
  await client.connect(transport);
  expect((await client.listTools()).tools).toHaveLength(3);
  expect(await client.callTool({ name: 'echo', arguments: { message: 'by mcp-remote' } })).toMatchObject({
    content: [{ text: expect.stringContaining('by mcp-remote') }],
  });
  await client.close();
});

test('every call of these clients is in the exported audit log, with its decision', async () => {
  await expect
    .poll(
      async () =>
        (await auditEvents(organization))
          .filter(({ tool }) => tool === 'echo')
          .map(({ decision, outcome, grant }) => ({ decision, outcome, grant })),
      { timeout: 120_000 },
    )
    .toEqual([
      { decision: 'allowed', outcome: 'ok', grant: 'everything' },
      { decision: 'allowed', outcome: 'ok', grant: 'everything' },
    ]);
});

test('the exported audit log verifies offline, and an edited one does not', async () => {
  const { stdout: exported } = await toolgate(['audit', 'export', '--org', organization]);
  const verify = (text: string) =>
    run(process.execPath, [path.join(root, 'apps/cli/src/main.ts'), 'audit', 'verify', '-'], { PATH: process.env.PATH }, text);
  const whole = await verify(exported);
  expect(JSON.parse(whole.stdout)).toMatchObject({ from: 1, events: exported.trim().split('\n').length });
  const edited = await verify(exported.replace('"decision":"denied"', '"decision":"allowed"'));
  expect(edited).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^Event \d+ was changed after it had been recorded\.\n$/),
  });
  const lines = exported.trim().split('\n');
  expect((await verify([...lines.slice(0, 2), ...lines.slice(3)].join('\n'))).stderr).toContain('Event 3 does not follow');
});
