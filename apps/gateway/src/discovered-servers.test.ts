/** From the address that a member types to the answer that a client gets: registered, discovered by a worker, called through the gateway. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Actor } from '@toolgate/services/context';
import { createGrant } from '@toolgate/services/grant/create';
import { createPolicy } from '@toolgate/services/policy/create';
import { readServer } from '@toolgate/services/server/read';
import { registerServer } from '@toolgate/services/server/register';
import { startConformanceUpstream } from '@toolgate/testing/conformance-upstream/start';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { startSseUpstream } from '@toolgate/testing/sse-upstream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from './env.ts';
import { type ClientKind, connectAs } from './testing/clients.ts';
import { type RunningGateway, startGateway } from './wiring.ts';

const ERAS = ['session', 'stateless', 'both', 'sse'] as const;
type Eras = (typeof ERAS)[number];
const CLIENTS: ClientKind[] = ['v2 auto', 'v2 legacy', 'v2 pinned'];

let services: TestServices;
let owner: Actor;
let gateway: RunningGateway;
let worker: ChildProcess;
const upstreams = {} as Record<Eras, { url: string; host: string; stop(): Promise<void> }>;
const places = {} as Record<Eras, { url: string; token: string; slug: string }>;

beforeAll(async () => {
  services = await startTestServices();
  for (const eras of ['session', 'stateless', 'both'] as const) upstreams[eras] = await startConformanceUpstream({ eras });
  upstreams.sse = await startSseUpstream();
  const environment = {
    TOOLGATE_LEDGER: 'embedded',
    TOOLGATE_KEYS: services.keys,
    GATEWAY_STORE_TIMEOUT_MS: '20000',
    TOOLGATE_EGRESS_ALLOW: Object.values(upstreams)
      .map(({ host }) => host)
      .join(),
  };
  const databaseUrl = services.database.urlAs('toolgate_app');
  gateway = await startGateway(readSettings({ ...environment, DATABASE_URL: databaseUrl, GATEWAY_PORT: '0' }), () => {});
  const workerUrl = services.database.urlAs('toolgate_worker');
  worker = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../worker/src/main.ts')], {
    env: { PATH: process.env.PATH, ...environment, DATABASE_URL: workerUrl, QUEUE_DATABASE_URL: workerUrl },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const organization = await services.organization();
  owner = organization.owner;
  for (const eras of ERAS) places[eras] = await register(organization.slug, eras);
});
afterAll(async () => {
  worker?.kill('SIGTERM');
  await Promise.all([worker && once(worker, 'close'), gateway?.stop()]);
  await Promise.all(Object.values(upstreams).map(({ stop }) => stop()));
  await services?.stop();
});

async function register(organization: string, eras: Eras) {
  const server = granted(await registerServer(services.s, owner, { name: eras, url: upstreams[eras].url }));
  const source = JSON.stringify({ version: '1', default: 'allow', tools: { test_image_content: { action: 'hide' } } });
  const policy = granted(await createPolicy(services.s, owner, { name: eras, source, message: 'First' }));
  const grant = granted(await createGrant(services.s, owner, { label: eras, servers: [{ serverId: server.id, policyId: policy.id }] }));
  return { url: `${gateway.url}/${organization}/${server.slug}/mcp`, token: grant.token, slug: server.slug };
}

function granted<T>(result: { ok: true; value: T } | { ok: false; refusal: { message: string } }): T {
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}

describe.each(ERAS)('a server %s', (eras) => {
  test('is discovered: it is ready, and its tools are there', async () => {
    const read = () => readServer(services.s, owner, places[eras].slug);
    await expect.poll(async () => (await read())?.status, { timeout: 90_000 }).not.toBe('discovering');
    const server = await read();
    expect(server).toMatchObject({ status: 'ready', failure: null });
    expect(server?.tools.map(({ name, state }) => [name, state])).toContainEqual(['test_simple_text', 'active']);
  });

  test.each(CLIENTS)('is listed to and called by a client %s', async (kind) => {
    const client = await connectAs(kind, places[eras].url, places[eras].token);
    const listed = (await client.listTools()).tools.map(({ name }) => name);
    expect(listed).toContain('test_simple_text');
    expect(listed).not.toContain('test_image_content');
    const answer = await client.callTool({ name: 'test_simple_text', arguments: {} });
    expect(answer).toMatchObject({ content: [{ type: 'text', text: 'This is a simple text response for testing.' }] });
    if (eras === 'sse') return client.close();
    // As many as the server has, but for the one that is hidden: what is discovered in one era is pinned for the other.
    expect(listed.length).toBe((await readServer(services.s, owner, places[eras].slug))!.tools.length - 1);
    const mirrored = await client.callTool({ name: 'test_x_mcp_header', arguments: { region: 'eu' } });
    expect(mirrored).toMatchObject({ content: [{ text: 'region eu' }] });
    await client.close();
  });
});
