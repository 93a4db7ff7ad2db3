/** Advisories of gateways, servers and SDKs of this protocol that concern the wire, each as what must not happen here. */
import type { ServerResponse } from 'node:http';
import { createServer } from '@toolgate/testing/factories';
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callOf, connect, createFixture, type Fixture, initialize, POLICY, post, type Tenant } from './testing/fixture.ts';
import { json, result } from './testing/stateless-stub.ts';
import type { RunningGateway } from './wiring.ts';

let fixture: Fixture;
let gateway: RunningGateway;
/** Null: the recorder itself answers. */
let behave: ((request: RecordedRequest, response: ServerResponse) => unknown) | null = null;

beforeAll(async () => {
  fixture = await createFixture('embedded', { intercept: (request, response) => behave !== null && behave(request, response) !== false });
  gateway = await fixture.start();
});
afterAll(() => fixture.stop());
afterEach(() => {
  behave = null;
});

const at = ({ path }: Pick<Tenant, 'path'>) => gateway.url + path;
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const seen = () => fixture.upstream.requests.length;
const open = async (tenant: Tenant) => {
  const opened = await post(at(tenant), tenant.token, initialize);
  return { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
};

test('advisory CVE-2026-46519 (a list that is filtered, a call that is not): what is not listed cannot be called, by any client', async () => {
  const tenant = await fixture.tenant();
  const client = await connect(at(tenant), tenant.token);
  const listed = (await client.listTools()).tools.map(({ name }) => name);
  const before = fixture.upstream.calls.length;
  for (const name of ['big', 'BIG', ' echo', 'echo\u0000', 'écho']) {
    expect(listed).not.toContain(name);
    expect(await client.callTool({ name, arguments: {} })).toMatchObject({ isError: true });
  }
  expect(fixture.upstream.calls.length).toBe(before);
  await client.close();
});

test('advisory GHSA-g53w-w6mj-hrpp, CVE-2026-12773 (headers, or a lookup that fails, that make somebody of nobody): without a valid token nobody is anybody', async () => {
  const tenant = await fixture.tenant();
  const before = seen();
  const disguises: Record<string, string>[] = [
    { 'x-forwarded-user': 'admin', 'x-user-id': '1', 'x-api-key': tenant.token },
    { 'x-middleware-subrequest': 'middleware', 'x-original-url': '/healthz', 'x-rewrite-url': '/healthz' },
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer undefined' },
    { authorization: `Basic ${Buffer.from(`x:${tenant.token}`).toString('base64')}` },
  ];
  for (const headers of disguises) expect((await post(at(tenant), null, callOf('slow'), headers)).status).toBe(401);
  expect(seen()).toBe(before);
});

test('advisory CVE-2026-42208 (SQL injection by token): no text of a token is anything but unknown', async () => {
  const tenant = await fixture.tenant();
  for (const token of ["tg_'OR'1'='1", 'tg_%00', `${tenant.token}'--`, '$1', 'tg_"}']) {
    expect((await post(at(tenant), token, callOf('slow'))).status).toBe(401);
  }
});

test('advisory Obot < 0.21.1 (a known server id skips access rules): ids and slugs of others open nothing', async () => {
  const [mine, other] = [await fixture.tenant(), await fixture.tenant()];
  const hidden = await createServer(fixture.db, mine.organizationId, { url: fixture.upstream.url });
  for (const path of [`/${mine.slug}/${hidden.slug}/mcp`, `/${mine.slug}/${hidden.id}/mcp`, `/${mine.slug}/${other.serverSlug}/mcp`]) {
    expect((await post(gateway.url + path, mine.token, initialize)).status).toBe(404);
  }
  expect((await post(gateway.url + other.path, mine.token, initialize)).status).toBe(401);
});

test('advisory CVE-2025-6515 (predictable session ids): two sessions have nothing in common that could be guessed', async () => {
  const tenant = await fixture.tenant();
  const ids = await Promise.all([1, 2, 3, 4].map(async () => (await open(tenant))['mcp-session-id']));
  for (const id of ids) expect(id.length).toBeGreaterThanOrEqual(64);
  expect(new Set(ids.map((id) => id.slice(0, 16))).size).toBe(4);
});

test('advisory CVE-2026-25536 (answers crossing on a shared transport): clients of the official SDK that share a grant get their own answers', async () => {
  const tenant = await fixture.tenant({ ...POLICY, tools: { echo: {} } });
  const clients = await Promise.all([1, 2, 3].map(() => connect(at(tenant), tenant.token)));
  const answers = await Promise.all(
    clients.flatMap((client, c) =>
      [1, 2, 3].map(async (n) => [`${c}.${n}`, await client.callTool({ name: 'echo', arguments: { who: `${c}.${n}` } })] as const),
    ),
  );
  for (const [who, answer] of answers) expect(answer.content).toEqual([{ type: 'text', text: JSON.stringify({ who }) }]);
  await Promise.all(clients.map((client) => client.close()));
});

test('advisory CVE-2026-0621 (URI templates that take forever): no pattern of an upstream or a caller is run, however long', async () => {
  const tenant = await fixture.tenant({ ...POLICY, methods: { 'resources/*': 'allow' } });
  behave = ({ message }, response) =>
    json(response, result(message?.id, { contents: [], resourceTemplates: [{ uriTemplate: `a://${'{a*}'.repeat(20_000)}` }] }));
  const before = process.cpuUsage();
  const uri = `a://${'a/'.repeat(50_000)}!`;
  for (const body of [
    { ...list, method: 'resources/templates/list' },
    { ...list, method: 'resources/read', params: { uri } },
  ])
    expect((await post(at(tenant), tenant.token, body)).status).toBe(200);
  // Some milliseconds of computing, or hours.
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(10);
});

test('advisories GHSA-4gph-2hhr-5mwg and CVE-2026-27896 (keys in another case, or twice): no such body is acted on or passed on', async () => {
  const tenant = await fixture.tenant();
  const before = seen();
  const text = JSON.stringify(callOf('slow'));
  for (const extra of ['"Name":"big"', '"NAME":"big"', '"name":"big"', '"nam\\u0065":"big"', '"Arguments":{}', '"_Meta":{}']) {
    expect((await post(at(tenant), tenant.token, text.replace('"name":"slow"', `"name":"slow",${extra}`))).status).toBe(400);
  }
  expect(seen()).toBe(before);
});

test('advisories CVE-2025-66414 and CVE-2025-64443 (no look at Origin and Host): a web page of another origin reaches no tool', async () => {
  const tenant = await fixture.tenant();
  const before = seen();
  for (const origin of ['http://evil.example', 'http://localhost:9999', 'http://localhost:3000.evil.example', 'null']) {
    expect((await post(at(tenant), tenant.token, callOf('slow'), { origin })).status).toBe(403);
    expect((await fetch(at(tenant), { method: 'OPTIONS', headers: { origin } })).status).toBe(403);
  }
  expect(seen()).toBe(before);
});

test('advisory GHSA-vgf8-3685-66j9 (tokens that are valid elsewhere): a token is one of its organization, on its addresses', async () => {
  const [mine, other] = [await fixture.tenant(), await fixture.tenant()];
  for (const path of [other.path, `/${other.slug}/mcp`, `/${other.slug}/${mine.serverSlug}/mcp`]) {
    expect((await post(gateway.url + path, mine.token, initialize)).status).toBe(401);
  }
});

test('advisory CVE-2026-12798, CVE-2026-26118 (requests forged through an address): no header, path or query chooses where the gateway connects', async () => {
  const tenant = await fixture.tenant();
  behave = ({ message }, response) => json(response, result(message?.id, {}));
  const headers = { 'x-forwarded-host': 'evil.example', 'x-original-url': 'http://evil.example', forwarded: 'host=evil.example' };
  expect((await post(`${at(tenant)}?url=http://evil.example`, tenant.token, callOf('slow'), headers)).status).toBe(200);
  const { path, headers: sent } = fixture.upstream.requests.at(-1) as RecordedRequest;
  expect([path, sent.host]).toEqual(['/mcp', fixture.upstream.host]);
  for (const name of Object.keys(headers)) expect(sent).not.toHaveProperty(name);
});
