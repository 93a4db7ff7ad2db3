import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createDatabase, type Database } from '@toolgate/db/database';
import { createGuardedDispatcher } from '@toolgate/egress/guarded-dispatcher';
import type { Services } from '@toolgate/services/context';
import { parseKeyRing } from '@toolgate/services/secret/key-ring';
import { sealSecret } from '@toolgate/services/secret/seal';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { Agent } from 'undici';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type DiscoveryContext, discoverServer } from './discover-server.ts';
import { discoveryFailure } from './discovery-failure.ts';
import { listTools } from './list-tools.ts';

let database: TestDatabase;
let db: Database;
const keyRing = parseKeyRing(`k1:${Buffer.alloc(32, 7).toString('base64')}`);
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_worker'));
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
const opened: http.Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  opened.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A real MCP server with two tools; `seen` gets the headers of its requests. */
function mcp(seen: http.IncomingHttpHeaders[] = []): http.RequestListener {
  return async (request, response) => {
    seen.push(request.headers);
    const server = new McpServer({ name: 'fixture', version: '1.2.3' }, { instructions: 'Be kind.' });
    server.registerTool(
      'read_note',
      { description: 'Reads', inputSchema: { id: z.string() }, annotations: { readOnlyHint: true } },
      async () => ({ content: [] }),
    );
    server.registerTool('delete_note', { inputSchema: { id: z.string() } }, async () => ({ content: [] }));
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined } as never);
    await server.connect(transport as never);
    await transport.handleRequest(request, response);
  };
}

/** Answers `initialize` itself and gives everything else to `then`. */
function scripted(then: (message: { id: number; method: string; params?: { cursor?: string } }) => object): http.RequestListener {
  return (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      const message = JSON.parse(body);
      if (message.id === undefined) return void response.writeHead(202).end();
      const initialized = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } };
      const result = message.method === 'initialize' ? initialized : then(message);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    });
  };
}

const context = (allow: string[], runner: DiscoveryContext['runner'] = null): DiscoveryContext => ({
  services: { db, keyRing, epochs: { publishEpoch: async () => {} }, now: () => new Date() } as unknown as Services,
  guarded: createGuardedDispatcher({ allow }),
  direct: new Agent(),
  runner,
});

async function register(place: { url: string } | { managed: string }, header?: { name: string; value: string }) {
  const organizationId = randomUUID();
  await db.forOrganization(organizationId, async (tx) => {
    await tx.organization.create({ data: { id: organizationId, slug: organizationId, name: 'o' } });
    const transport = 'url' in place ? 'http' : 'managed';
    await tx.server.create({ data: { organizationId, id: 's1', slug: 's', name: 'S', transport, ...place } });
    if (!header) return;
    const sealed = await sealSecret(tx, keyRing, { organizationId, table: 'ServerSecret', column: 'ciphertext', row: 'x1' }, header.value);
    const data = { organizationId, id: 'x1', serverId: 's1', name: header.name, hint: '', setBy: 'me', ...sealed };
    await tx.serverSecret.create({ data });
  });
  return { organizationId, serverId: 's1' };
}
const stored = ({ organizationId }: { organizationId: string }) =>
  db.forOrganization(organizationId, async (tx) => ({
    server: await tx.server.findFirstOrThrow({ where: { organizationId } }),
    tools: await tx.tool.findMany({ orderBy: { name: 'asc' } }),
  }));

test("a server's tools are stored, asked for with its own header", async () => {
  const seen: http.IncomingHttpHeaders[] = [];
  const place = await serve(mcp(seen));
  const job = await register({ url: `http://${place}/mcp` }, { name: 'X-Api-Key', value: 'canary-secret' });
  await discoverServer(context([place]), job);
  const { server, tools } = await stored(job);
  expect(server).toMatchObject({ status: 'ready', serverInfo: { name: 'fixture', version: '1.2.3', instructions: 'Be kind.' } });
  expect(server.protocolVersion).toMatch(/^2025-/);
  expect(tools.map((tool) => [tool.name, tool.state, tool.category])).toEqual([
    ['delete_note', 'active', 'Destructive'],
    ['read_note', 'active', 'Read'],
  ]);
  expect(seen.every((headers) => headers['x-api-key'] === 'canary-secret')).toBe(true);
});

test("a managed server is asked through the runner with the runner's token", async () => {
  const seen: http.IncomingHttpHeaders[] = [];
  const paths: string[] = [];
  const place = await serve((request, response) => {
    paths.push(request.url ?? '');
    mcp(seen)(request, response);
  });
  const job = await register({ managed: 'wavespeed-demo' });
  await discoverServer(context([], { url: `http://${place}`, token: 'runner-token' }), job);
  expect((await stored(job)).server.status).toBe('ready');
  expect(paths[0]).toBe(`/${job.organizationId}/s1/mcp`);
  expect(seen[0]!.authorization).toBe('Bearer runner-token');
});

test('a server that was removed meanwhile is no fault, and one that fails is said to fail', async () => {
  await discoverServer(context([]), { organizationId: 'nobody', serverId: 'nothing' });
  const job = await register({ url: 'http://127.0.0.1:4444/mcp' });
  await discoverServer(context([]), job);
  expect((await stored(job)).server).toMatchObject({
    status: 'failing',
    failure: { code: 'blocked', message: expect.stringContaining('127.0.0.1:4444') },
  });
});

/** Only who never answers is to be given up, however busy the machine is. */
const LONG_MS = 60_000;

async function failureOf(answer: http.RequestListener | string, deadlineMs: number) {
  const place = typeof answer === 'string' ? answer : await serve(answer);
  const dispatcher = createGuardedDispatcher({ allow: [place], connectTimeoutMs: LONG_MS });
  return listTools({ url: `http://${place}/mcp`, headers: {}, dispatcher, deadlineMs }).then(() => null, discoveryFailure);
}
const status = (code: number, headers: Record<string, string> = {}) =>
  ((_request, response) => response.writeHead(code, headers).end('<p>hello')) as http.RequestListener;

/** Needs rights that no test has, and is no port of a service. */
const CLOSED = '127.0.0.1:2';
/** Longer than a part of a name may be, so that no server of names is asked. */
const UNKNOWN = `${'x'.repeat(64)}.invalid:80`;
const silent: http.RequestListener = () => {};

test.each([
  ['refused', CLOSED],
  ['blocked', '127.0.0.1:25'],
  ['dns', UNKNOWN],
  ['unauthorized', status(401)],
  ['forbidden', status(403)],
  ['not_found', status(404)],
  ['not_mcp', status(302, { location: 'http://169.254.169.254/' })],
  ['not_mcp', status(200, { 'content-type': 'text/html' })],
  ['not_mcp', status(200, { 'content-type': 'application/json' })],
  ['protocol', status(500)],
  ['timeout', silent],
  ['protocol', scripted(() => ({ tools: [{ name: 'a', inputSchema: {} }], nextCursor: 'again' }))],
  [
    'protocol',
    scripted(({ params }) => ({
      tools: Array.from({ length: 1000 }, (_, i) => ({ name: `t${i}`, inputSchema: {} })),
      nextCursor: `${params?.cursor ?? ''}x`,
    })),
  ],
  ['protocol', scripted(() => ({ tools: [{ name: 'a', description: 'x'.repeat(11 << 20), inputSchema: {} }] }))],
] as [string, http.RequestListener | string][])('what goes wrong has a code and a way out: %s (%#)', async (code, answer) => {
  const failure = await failureOf(answer, answer === silent ? 1500 : LONG_MS);
  expect(failure).toMatchObject({ code, message: expect.stringMatching(/\.$/), fix: expect.stringMatching(/\.$/) });
});

test('a malformed tool does not hide the others, and pages are joined', async () => {
  const place = await serve(
    scripted(({ params }) =>
      params?.cursor
        ? { tools: [{ name: 'b', inputSchema: { type: 'object' } }] }
        : { tools: [{ name: 7 }, { name: 'a', inputSchema: {} }], nextCursor: 'p2' },
    ),
  );
  const found = await listTools({ url: `http://${place}/mcp`, headers: {}, dispatcher: createGuardedDispatcher({ allow: [place] }) });
  expect(found.tools.map((tool) => tool.name)).toEqual(['a', 'b']);
});
