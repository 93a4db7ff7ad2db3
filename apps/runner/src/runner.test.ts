import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { createDatabase, type Database } from '@toolgate/db/database';
import { newId } from '@toolgate/services/id';
import { parseKeyRing } from '@toolgate/services/secret/key-ring';
import { sealSecret } from '@toolgate/services/secret/seal';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { createOrganization, createServer } from '@toolgate/testing/factories';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Runner, startRunner } from './runner.ts';

const TOKEN = randomBytes(32).toString('hex');
const KEYS = `k1:${randomBytes(32).toString('base64')}`;
const keyRing = parseKeyRing(KEYS);

let database: TestDatabase;
let db: Database;
let runner: Runner;
let wavespeed: HttpServer;
/** Keys that the stand-in of WaveSpeed's API was given, in order. */
let keys: string[];
let clients: Client[];

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase(database.urlAs('toolgate_app'));
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

beforeEach(async () => {
  keys = [];
  clients = [];
  wavespeed = createHttp((request, response) => {
    keys.push(request.headers.authorization ?? '');
    // What a slow model was asked for is never done: the address of its result has its id.
    const slow = request.url?.includes('slow');
    const data = { id: slow ? 'slow' : 'p', status: slow ? 'processing' : 'completed', outputs: ['https://cdn.example/1.png'] };
    response.end(JSON.stringify({ code: 200, message: 'success', data }));
  });
  await new Promise<void>((resolve) => wavespeed.listen(0, '127.0.0.1', resolve));
  runner = await start();
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await runner.stop();
  wavespeed.closeAllConnections();
  await new Promise((resolve) => wavespeed.close(resolve));
});

function start(options: { idleAfter?: number; now?: () => number } = {}): Promise<Runner> {
  const wavespeedBaseUrl = `http://127.0.0.1:${(wavespeed.address() as AddressInfo).port}`;
  return startRunner({ databaseUrl: database.urlAs('toolgate_app'), keyRing, token: TOKEN, port: 0, wavespeedBaseUrl }, options);
}

async function managed(name: string, secrets: Record<string, string> = {}): Promise<{ organizationId: string; serverId: string }> {
  const { id: organizationId } = await createOrganization(db);
  const { id: serverId } = await createServer(db, organizationId, { managed: name });
  for (const [secret, value] of Object.entries(secrets)) await setSecret(organizationId, serverId, secret, value);
  return { organizationId, serverId };
}

function setSecret(organizationId: string, serverId: string, name: string, value: string): Promise<void> {
  return db.forOrganization(organizationId, async (tx) => {
    await tx.serverSecret.deleteMany({ where: { serverId, name } });
    const id = newId();
    const sealed = await sealSecret(tx, keyRing, { organizationId, table: 'ServerSecret', column: 'ciphertext', row: id }, value);
    await tx.serverSecret.create({ data: { organizationId, id, serverId, name, hint: '', setBy: 'test', ...sealed } });
  });
}

const addressOf = ({ organizationId, serverId }: { organizationId: string; serverId: string }) =>
  `${runner.url}/${organizationId}/${serverId}/mcp`;

async function connect(address: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  clients.push(client);
  const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(address), { requestInit }));
  return client;
}

interface Answer {
  content: { type: string; text: string; mimeType: string; data: string }[];
}
const draw = async (client: Client, args: Record<string, unknown> = {}) =>
  (await client.callTool({ name: 'text_to_image', arguments: { prompt: 'a fox', size: '64*64', ...args } })) as unknown as Answer;
const bodyOf = ({ content }: Answer) => JSON.parse(content[0]!.text);

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
});
const post = (address: string, headers: Record<string, string> = {}, body = INITIALIZE) =>
  fetch(address, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body,
  });

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A folder of its own, made for each process. */
const homeOf = (pid: number) => /(?:^|\0)HOME=([^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))![1]!;

const PATIENCE = { timeout: 60_000 };
/** Longer than the runner keeps what it has read of a server. */
const KEPT_MS = 1100;

describe('a managed server over Streamable HTTP', () => {
  test('lists its tools, draws, and passes progress on before the result', async () => {
    const client = await connect(addressOf(await managed('wavespeed-demo')));
    expect(client.getServerVersion()?.name).toBe('wavespeed');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['text_to_image', 'image_to_image', 'generate_video']);
    expect(tools[0]!.inputSchema.properties).toHaveProperty('num_inference_steps');
    const seen: number[] = [];
    const video = { name: 'generate_video', arguments: { image: 'x', prompt: 'sea' } };
    const result = (await client.callTool(video, undefined, { onprogress: ({ progress }) => seen.push(progress) })) as unknown as Answer;
    expect(result.content[1]).toMatchObject({ type: 'image', mimeType: 'image/gif' });
    expect(seen.length).toBeGreaterThan(5);
  });

  test('32 calls at once over two sessions are all answered by one process', async () => {
    const address = addressOf(await managed('wavespeed-demo'));
    const [one, two] = await Promise.all([connect(address), connect(address)]);
    const answers = await Promise.all(Array.from({ length: 32 }, (_, i) => draw(i % 2 ? one! : two!, { prompt: `fox ${i}` })));
    expect(new Set(answers.map(({ content }) => content[1]!.data)).size).toBe(32);
    expect(runner.pool.pids()).toHaveLength(1);
  });

  test("the program's own errors arrive as they are", async () => {
    const client = await connect(addressOf(await managed('wavespeed-demo')));
    await expect(client.callTool({ name: 'nope' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(/^MCP error -32602: Unknown tool: nope$/),
    });
  });

  test('a cancelled call stops the work of the program', async () => {
    const client = await connect(addressOf(await managed('wavespeed', { WAVESPEED_API_KEY: 'key-a' })));
    const cancel = new AbortController();
    const call = client.callTool({ name: 'text_to_image', arguments: { prompt: 'x', model: 'a/slow' } }, undefined, {
      signal: cancel.signal,
    });
    call.catch(() => {});
    await expect.poll(() => keys.length, PATIENCE).toBeGreaterThan(0);
    cancel.abort();
    await expect(call).rejects.toThrow();
    // It would ask on for minutes, several times within this time.
    const askedWithin = async (ms: number) => {
      const before = keys.length;
      await sleep(ms);
      return keys.length - before;
    };
    await expect.poll(() => askedWithin(2500), PATIENCE).toBe(0);
  });
});

describe('organizations share nothing', () => {
  test('each has its own process, with its own key and nothing of the runner in its environment', async () => {
    const [a, b] = await Promise.all([
      managed('wavespeed', { WAVESPEED_API_KEY: 'key-a' }),
      managed('wavespeed', { WAVESPEED_API_KEY: 'key-b' }),
    ]);
    const [one, two] = await Promise.all([connect(addressOf(a)), connect(addressOf(b))]);
    expect(bodyOf(await draw(one!))).toMatchObject({ status: 'success', urls: ['https://cdn.example/1.png'] });
    expect(keys).toEqual(['Bearer key-a']);
    await draw(two!);
    expect(keys).toEqual(['Bearer key-a', 'Bearer key-b']);
    const pids = runner.pool.pids();
    expect(new Set(pids).size).toBe(2);
    const environments = pids.map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean));
    for (const environment of environments) {
      expect(environment.map((line) => line.split('=')[0]).sort()).toEqual([
        'HOME',
        'PATH',
        'TMPDIR',
        'WAVESPEED_API_KEY',
        'WAVESPEED_BASE_URL',
      ]);
    }
    expect(new Set(environments.flatMap((lines) => lines.filter((line) => line.startsWith('HOME=')))).size).toBe(2);
  });

  test('a process is never root, and one that needs no network has none where the system allows it', async () => {
    await connect(addressOf(await managed('wavespeed-demo')));
    const [pid] = runner.pool.pids();
    const own = process.getuid!();
    expect(Number(/^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])).toBe(own === 0 ? 65534 : own);
    const interfaces = readFileSync(`/proc/${pid}/net/dev`, 'utf8').split('\n').slice(2).filter(Boolean);
    expect(interfaces.length === 1 || runner.warnings.join().includes('network')).toBe(true);
  });

  test("a session opened for one organization is unknown under another's address", async () => {
    const [a, b] = await Promise.all([managed('wavespeed-demo'), managed('wavespeed-demo')]);
    const opened = await post(addressOf(a));
    const session = { 'mcp-session-id': opened.headers.get('mcp-session-id')! };
    await opened.text();
    const list = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    expect((await post(addressOf(b), session, list)).status).toBe(404);
    expect((await post(addressOf(a), session, list)).status).toBe(200);
  });

  test("a server is not found under another organization's id", async () => {
    const [a, b] = await Promise.all([managed('wavespeed-demo'), managed('wavespeed-demo')]);
    expect((await post(addressOf({ organizationId: b.organizationId, serverId: a.serverId }))).status).toBe(404);
  });
});

describe('who may ask, and for what', () => {
  test.each([
    ['no token', { authorization: '' }],
    ['a wrong token', { authorization: `Bearer ${'0'.repeat(64)}` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
  ])('%s is 401', async (_, headers) => {
    expect((await post(addressOf(await managed('wavespeed-demo')), headers)).status).toBe(401);
    expect(runner.pool.pids()).toEqual([]);
  });

  test('a request that came through a browser is 403', async () => {
    const address = addressOf(await managed('wavespeed-demo'));
    expect((await post(address, { origin: 'http://evil.example' })).status).toBe(403);
  });

  test('an unknown server, an http server, and a program that is not on the list are 404', async () => {
    const { organizationId } = await managed('wavespeed-demo');
    const http = await createServer(db, organizationId, { url: 'http://127.0.0.1:1/mcp' });
    const odd = await createServer(db, organizationId, { managed: '../../bin/sh' });
    for (const serverId of [newId(), http.id, odd.id, 'x']) expect((await post(addressOf({ organizationId, serverId }))).status).toBe(404);
    expect((await post(`${runner.url}/x/y`)).status).toBe(404);
    expect((await post(`${runner.url}/x/../y/mcp/`)).status).toBe(404);
    expect(runner.pool.pids()).toEqual([]);
  });

  test('a server without its key says what to set, and works as soon as it is set; another key starts another process', async () => {
    const { organizationId, serverId } = await managed('wavespeed');
    const address = addressOf({ organizationId, serverId });
    const refused = await post(address);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { message: expect.stringContaining('WAVESPEED_API_KEY') } });
    await setSecret(organizationId, serverId, 'WAVESPEED_API_KEY', 'key-1');
    const client = await connect(address);
    await draw(client);
    await setSecret(organizationId, serverId, 'WAVESPEED_API_KEY', 'key-2');
    await sleep(KEPT_MS);
    await draw(client);
    expect(keys).toEqual(['Bearer key-1', 'Bearer key-2']);
    expect(runner.pool.pids()).toHaveLength(1);
  });
});

describe('processes come and go', () => {
  test('after kill -9 the next call works, in the same session', async () => {
    const client = await connect(addressOf(await managed('wavespeed-demo')));
    const [first] = runner.pool.pids();
    process.kill(first!, 'SIGKILL');
    await expect.poll(() => runner.pool.pids(), PATIENCE).toEqual([]);
    expect(bodyOf(await draw(client)).status).toBe('success');
    expect(runner.pool.pids()).not.toContain(first);
  });

  test('a call that its process did not survive fails, and is not repeated', async () => {
    const client = await connect(addressOf(await managed('wavespeed', { WAVESPEED_API_KEY: 'k' })));
    const call = client.callTool({ name: 'text_to_image', arguments: { prompt: 'x', model: 'a/slow' } });
    call.catch(() => {});
    await expect.poll(() => keys.length, PATIENCE).toBeGreaterThan(0);
    process.kill(runner.pool.pids()[0]!, 'SIGKILL');
    await expect(call).rejects.toThrow(/ended during the call/);
  });

  test('one that keeps crashing is started again later and later', async () => {
    await runner.stop();
    let now = performance.now();
    runner = await start({ now: () => now });
    const client = await connect(addressOf(await managed('wavespeed-demo')));
    for (const waitMs of [0, 500, 1000, 2000]) {
      process.kill(runner.pool.pids()[0]!, 'SIGKILL');
      await expect.poll(() => runner.pool.pids(), PATIENCE).toEqual([]);
      if (waitMs > 0) {
        await expect(draw(client)).rejects.toThrow(`started again in ${Math.ceil(waitMs / 1000)} s`);
        now += waitMs - 1;
        await expect(draw(client)).rejects.toThrow('started again in 1 s');
        now += 1;
      }
      expect(bodyOf(await draw(client)).status).toBe('success');
    }
  });

  test('an idle process is stopped, its folder removed, and the next call starts another', async () => {
    await runner.stop();
    runner = await start({ idleAfter: 300 });
    const client = await connect(addressOf(await managed('wavespeed', { WAVESPEED_API_KEY: 'k' })));
    const cancel = new AbortController();
    const call = client.callTool({ name: 'text_to_image', arguments: { prompt: 'x', model: 'a/slow' } }, undefined, {
      signal: cancel.signal,
    });
    call.catch(() => {});
    await expect.poll(() => keys.length, PATIENCE).toBeGreaterThan(0);
    // With a call in it, it is not idle.
    await sleep(600);
    const [pid] = runner.pool.pids();
    const home = homeOf(pid!);
    expect(existsSync(home)).toBe(true);
    cancel.abort();
    await expect.poll(() => isAlive(pid!), PATIENCE).toBe(false);
    await expect.poll(() => existsSync(home), PATIENCE).toBe(false);
    expect(bodyOf(await draw(client)).status).toBe('success');
    expect(runner.pool.pids()).not.toContain(pid);
  });

  test('a removed server loses its process', async () => {
    const { organizationId, serverId } = await managed('wavespeed-demo');
    const client = await connect(addressOf({ organizationId, serverId }));
    const [pid] = runner.pool.pids();
    await db.forOrganization(organizationId, (tx) => tx.server.delete({ where: { organizationId_id: { organizationId, id: serverId } } }));
    await sleep(KEPT_MS);
    await expect(draw(client)).rejects.toThrow(/removed/);
    await expect.poll(() => isAlive(pid!), PATIENCE).toBe(false);
  });

  test('stopping leaves no process and no folder, and a runner that starts anew knows no old session', async () => {
    const address = await managed('wavespeed-demo');
    const opened = await post(addressOf(address));
    const session = { 'mcp-session-id': opened.headers.get('mcp-session-id')! };
    await opened.text();
    const pids = runner.pool.pids();
    const homes = pids.map(homeOf);
    expect(homes.map((home) => existsSync(home))).toEqual([true]);
    await runner.stop();
    expect(pids.map(isAlive)).toEqual([false]);
    expect(homes.map((home) => existsSync(home))).toEqual([false]);
    runner = await start();
    const list = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    expect((await post(addressOf(address), session, list)).status).toBe(404);
  });
});
