import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSecret } from '../secret/open.ts';
import { overrideCategory } from './override-category.ts';
import { listServers, readServer } from './read.ts';
import { rediscoverServer } from './rediscover.ts';
import { type NewServer, registerServer } from './register.ts';
import { reviewTool } from './review-tool.ts';
import { type Found, saveDiscovery } from './save-discovery.ts';
import { setHeader } from './set-header.ts';
import { setServerUrl } from './set-url.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

const tool = (name: string, changed: object = {}) => ({ name, description: `Reads ${name}`, inputSchema: { type: 'object' }, ...changed });
const found = (...tools: Found['tools']): Found => ({ serverInfo: { name: 'x', version: '1' }, protocolVersion: '2025-11-25', tools });

async function registered(server: NewServer = { name: 'Example', url: 'https://mcp.example.com/mcp' }) {
  const { id: organizationId, owner } = await t.organization();
  const result = await registerServer(t.s, owner, server, [{ name: 'X-Api-Key', value: 'canary-secret-3f9a' }]);
  if (!result.ok) throw new Error(result.refusal.message);
  const discover = async (next: Found) => {
    const saved = await saveDiscovery(t.s, { organizationId, serverId: result.value.id, found: next });
    if (!saved.ok) throw new Error(saved.refusal.message);
    return saved.value;
  };
  return {
    organizationId,
    owner,
    serverId: result.value.id,
    discover,
    read: () => readServer(t.s, owner, result.value.id).then((one) => one!),
  };
}

const statesOf = async (read: () => Promise<{ tools: { name: string; state: string }[] }>) =>
  Object.fromEntries((await read()).tools.map(({ name, state }) => [name, state]));

test('registering makes a server that is being discovered, seals its headers, and asks the worker', async () => {
  const asked: object[] = [];
  const { owner, id: organizationId } = await t.organization();
  const jobs = { ...t.s.jobs, discoverServer: async (payload: object) => void asked.push(payload) };
  const headers = [{ name: 'X-Api-Key', value: 'canary-secret-3f9a' }];
  const result = await registerServer({ ...t.s, jobs }, owner, { name: 'My Server', url: 'https://MCP.example.com' }, headers);
  if (!result.ok) throw new Error(result.refusal.message);
  const { id, slug } = result.value;
  expect(slug).toBe('my-server');
  expect(asked).toEqual([{ organizationId, serverId: id }]);
  const server = await readServer(t.s, owner, 'my-server');
  expect(server).toMatchObject({
    id,
    url: 'https://mcp.example.com/',
    transport: 'http',
    status: 'discovering',
    tools: [],
    discoveredAt: null,
  });
  expect(server?.secrets).toEqual([{ name: 'X-Api-Key', hint: '3f9a', setBy: owner.name, setAt: expect.any(Date) }]);
  const opened = await t.s.db.forOrganization(organizationId, async (tx) => {
    const row = await tx.serverSecret.findFirstOrThrow({ where: { serverId: id } });
    expect(Buffer.from(row.ciphertext).includes('canary')).toBe(false);
    const place = { organizationId, table: 'ServerSecret', column: 'ciphertext', row: row.id };
    return openSecret(tx, t.s.keyRing, place, row.ciphertext, row.keyVersion);
  });
  expect(opened).toBe('canary-secret-3f9a');
});

test('a secret header never follows the server to another origin, only to another path', async () => {
  const { owner, organizationId, serverId, read } = await registered();
  const move = async (url: string) => {
    expect(await setServerUrl(t.s, owner, { serverId, url })).toMatchObject({ ok: true });
    return (await read()).secrets.map(({ name }) => name);
  };
  expect(await move('https://mcp.example.com/v2/mcp')).toEqual(['X-Api-Key']);
  expect(await move('http://mcp.example.com/v2/mcp')).toEqual([]);
  const [record] = await t.s.db.forOrganization(organizationId, (tx) => tx.auditRecord.findMany({ orderBy: { id: 'desc' }, take: 1 }));
  expect(JSON.stringify(record?.record)).toContain('X-Api-Key');
});

test('the real queue takes the job', async () => {
  const { organizationId, serverId } = await registered();
  const payloads = async () => {
    const { rows } = await t.s.db.pool.query("SELECT data FROM bullmq.job WHERE data::text LIKE '%' || $1 || '%'", [serverId]);
    return rows.map(({ data }) => (typeof data === 'string' ? JSON.parse(data) : data));
  };
  // Whoever registers does not wait for a slow queue longer than a few seconds; the job is added all the same.
  await expect.poll(payloads, { timeout: 60_000 }).toEqual([{ organizationId, serverId }]);
});

test('a queue that is away does not lose the server', async () => {
  const { owner } = await t.organization();
  const jobs = { ...t.s.jobs, discoverServer: () => Promise.reject(new Error('queue down')) };
  expect(await registerServer({ ...t.s, jobs }, owner, { name: 'A', managed: 'wavespeed-demo' })).toMatchObject({
    ok: true,
    value: { slug: 'a' },
  });
});

test.each([
  ['ftp://example.com/', 'url'],
  ['javascript:alert(1)', 'url'],
  ['https://user:secret@example.com/', 'url'],
  ['https://example.com/#fragment', 'url'],
  ['https://', 'url'],
  ['https:example.com', 'url'],
  ['', 'url'],
  [`https://example.com/${'x'.repeat(2050)}`, 'url'],
])('the address %s is refused at its field', async (url, field) => {
  const { owner } = await t.organization();
  const result = await registerServer(t.s, owner, { name: 'A', url });
  expect(result).toMatchObject({ ok: false, refusal: { code: 'invalid', fields: { [field]: expect.any(String) } } });
});

test.each([
  ['Host', 'x'],
  ['content-length', '1'],
  ['Mcp-Session-Id', 'x'],
  ['MCP-Protocol-Version', 'x'],
  ['Transfer-Encoding', 'chunked'],
  ['X-Forwarded-For', '1.2.3.4'],
  ['Bad Name', 'x'],
  ['Name:', 'x'],
  ['Nam\r\ne', 'x'],
  ['X-Ok', 'a\r\nHost: evil'],
  ['X-Ok', 'a\nb'],
  ['X-Ok', 'a\0b'],
  ['X-Ok', ' a'],
  ['X-Ok', 'ü'],
  ['X-Ok', ''],
  ['X-Ok', 'x'.repeat(8193)],
])('the header %j with the value %j is refused', async (name, value) => {
  const { owner, serverId } = await registered();
  expect(await setHeader(t.s, owner, { serverId, name, value })).toMatchObject({ ok: false, refusal: { code: 'invalid' } });
  expect(await registerServer(t.s, owner, { name: 'B', url: 'https://b.example/' }, [{ name, value }])).toMatchObject({ ok: false });
  expect(await listServers(t.s, owner)).toHaveLength(1);
});

test('slugs: a given one is kept or refused, a derived one gets a number', async () => {
  const { owner } = await t.organization();
  const register = (server: object) => registerServer(t.s, owner, { name: 'Same', managed: 'wavespeed-demo', ...server } as never);
  expect([await register({}), await register({}), await register({ slug: 'mine' })]).toMatchObject(
    ['same', 'same-2', 'mine'].map((slug) => ({ ok: true, value: { slug } })),
  );
  expect(await register({ slug: 'mine' })).toMatchObject({ refusal: { code: 'conflict', fields: { slug: expect.any(String) } } });
  for (const slug of ['', '-a', 'a-', 'A', 'a_b', 'a'.repeat(41), 'ü'])
    expect(await register({ slug }), slug).toMatchObject({ refusal: { code: 'invalid' } });
});

test('a managed server is one of the list and takes only the values that it asks for', async () => {
  const { owner } = await t.organization();
  const key = { name: 'WAVESPEED_API_KEY', value: 'a-long-api-key' };
  expect(await registerServer(t.s, owner, { name: 'A', managed: '/bin/sh' })).toMatchObject({
    refusal: { fields: { managed: expect.any(String) } },
  });
  expect(await registerServer(t.s, owner, { name: 'A', managed: 'wavespeed' })).toMatchObject({ refusal: { code: 'invalid' } });
  expect(
    await registerServer(t.s, owner, { name: 'A', managed: 'wavespeed-demo' }, [{ name: 'NODE_OPTIONS', value: '--import=x' }]),
  ).toMatchObject({ ok: false });
  expect((await registerServer(t.s, owner, { name: 'A', managed: 'wavespeed' }, [key])).ok).toBe(true);
  const both = { name: 'A', managed: 'wavespeed-demo', url: 'https://a.example/' };
  expect(await registerServer(t.s, owner, both)).toMatchObject({ refusal: { code: 'invalid' } });
});

test('the first tools are active and classified; the same list again changes nothing', async () => {
  const { organizationId, discover, read } = await registered();
  expect(await discover(found(tool('get_weather'), tool('delete_file', { description: 'Deletes a file' })))).toMatchObject({
    added: 2,
    changed: 0,
    removed: 0,
  });
  const server = await read();
  expect(server).toMatchObject({
    status: 'ready',
    protocolVersion: '2025-11-25',
    serverInfo: { name: 'x' },
    toolCounts: { active: 2, quarantined: 0, removed: 0 },
  });
  expect(server.tools).toMatchObject([
    { name: 'delete_file', category: 'Destructive', risk: 'Critical', state: 'active', changes: [] },
    { name: 'get_weather', category: 'Read', risk: 'Low', state: 'active', changes: [] },
  ]);
  expect(server.tools[0]?.evidence.length).toBeGreaterThan(0);
  const before = await epochOf(organizationId);
  // Key order and unknown members are no difference.
  const reordered = { inputSchema: { type: 'object' }, description: 'Reads get_weather', name: 'get_weather', icons: [] };
  await discover(found(tool('delete_file', { description: 'Deletes a file' }), reordered));
  expect(await epochOf(organizationId)).toBe(before);
});

test('later, a new tool and a changed one are quarantined with what changed, and a vanished one is removed', async () => {
  const { organizationId, discover, read } = await registered();
  await discover(found(tool('same'), tool('changes'), tool('goes')));
  const before = await epochOf(organizationId);
  expect(await discover(found(tool('same'), tool('changes', { description: 'Now deletes' }), tool('comes')))).toMatchObject({
    added: 1,
    changed: 1,
    removed: 1,
  });
  expect(await statesOf(read)).toEqual({ same: 'active', changes: 'quarantined', goes: 'removed', comes: 'quarantined' });
  const byName = Object.fromEntries((await read()).tools.map((one) => [one.name, one]));
  expect(byName.changes?.changes).toMatchObject([
    { kind: 'changed', before: { description: 'Reads changes' }, after: { description: 'Now deletes' } },
  ]);
  expect(byName.comes?.changes).toMatchObject([{ kind: 'added', before: null, after: { name: 'comes' } }]);
  expect(byName.goes?.changes).toMatchObject([{ kind: 'removed' }]);
  expect(await epochOf(organizationId)).toBe(before + 1);
});

test.each(['title', 'description', 'inputSchema', 'outputSchema', 'annotations'])(
  'a change of a tool’s %s alone is seen',
  async (member) => {
    const { discover, read } = await registered();
    const value = { title: 'T', description: 'D' }[member] ?? { type: 'object', properties: { a: {} } };
    await discover(found(tool('draw')));
    await discover(found(tool('draw', { [member]: value })));
    expect(await statesOf(read)).toEqual({ draw: 'quarantined' });
  },
);

test('a removed tool that comes back as it was accepted is active; changed or never accepted it waits', async () => {
  const { discover, read } = await registered();
  await discover(found(tool('a'), tool('b')));
  await discover(found(tool('a'), tool('b'), tool('c')));
  await discover(found());
  expect(await statesOf(read)).toEqual({ a: 'removed', b: 'removed', c: 'removed' });
  await discover(found(tool('a'), tool('b', { description: 'Other' }), tool('c')));
  expect(await statesOf(read)).toEqual({ a: 'active', b: 'quarantined', c: 'quarantined' });
});

test('accepting a tool is of the definition that was looked at', async () => {
  const { owner, discover, read } = await registered();
  await discover(found(tool('a')));
  await discover(found(tool('a', { description: 'second' })));
  const seen = (await read()).tools[0]!;
  await discover(found(tool('a', { description: 'third' })));
  const review = (hash: string, decision: 'accept' | 'keep' = 'accept') => reviewTool(t.s, owner, { toolId: seen.id, decision, hash });
  expect(await review(seen.hash)).toMatchObject({ refusal: { code: 'conflict' } });
  const { hash } = (await read()).tools[0]!;
  expect(await review(hash, 'keep')).toMatchObject({ ok: true });
  expect((await read()).tools[0]).toMatchObject({ state: 'quarantined', changes: [] });
  expect(await review(hash)).toMatchObject({ ok: true });
  expect((await read()).tools[0]).toMatchObject({ state: 'active' });
});

test('tools that cannot be pinned are left out and named: odd names, a second one of a name, too deep', async () => {
  const { discover, read } = await registered();
  let deep: object = {};
  for (let i = 0; i < 5000; i++) deep = { deep };
  const odd = [tool('nul\0'), tool('half\ud800'), tool(''), tool('draw', { description: 'second' }), tool('deep', { inputSchema: deep })];
  const { skipped } = await discover(found(tool('draw', { description: 'NUL \0 and half \ud800 are kept readable' }), ...odd));
  expect(skipped).toHaveLength(5);
  expect((await read()).tools).toMatchObject([{ name: 'draw', description: 'NUL \ufffd and half \ufffd are kept readable' }]);
});

test('a failure is shown with its fix and leaves the tools; asking again clears it', async () => {
  const { organizationId, owner, serverId, discover, read } = await registered();
  await discover(found(tool('a')));
  const failure = { code: 'egress_blocked', message: 'Refused', fix: 'Set TOOLGATE_EGRESS_ALLOW' };
  await saveDiscovery(t.s, { organizationId, serverId, failure });
  expect(await read()).toMatchObject({ status: 'failing', failure, tools: [{ state: 'active' }] });
  await rediscoverServer(t.s, owner, { serverId });
  expect(await read()).toMatchObject({ status: 'discovering', failure: null });
  await discover(found(tool('a')));
  expect(await read()).toMatchObject({ status: 'ready', failure: null });
});

test('a header is replaced whatever its case; the same value again is no change', async () => {
  const { organizationId, owner, serverId, discover, read } = await registered();
  await discover(found(tool('a')));
  const set = (name: string, value: string) => setHeader(t.s, owner, { serverId, name, value });
  const before = await epochOf(organizationId);
  expect(await set('X-Api-Key', 'canary-secret-3f9a')).toMatchObject({ ok: true, value: { discovering: false } });
  expect(await epochOf(organizationId)).toBe(before);
  expect(await set('x-api-key', 'short')).toMatchObject({ ok: true, value: { discovering: true } });
  expect(await read()).toMatchObject({ status: 'discovering', secrets: [{ name: 'x-api-key', hint: '' }] });
});

test('a person’s category counts before the classifier’s, and takes the risk with it', async () => {
  const { owner, discover, read } = await registered();
  await discover(found(tool('get_weather')));
  const toolId = (await read()).tools[0]!.id;
  await overrideCategory(t.s, owner, { toolId, category: 'Financial' });
  expect((await read()).tools[0]).toMatchObject({
    category: 'Financial',
    risk: 'Critical',
    classifiedCategory: 'Read',
    categoryOverride: 'Financial',
  });
  await overrideCategory(t.s, owner, { toolId, category: null });
  expect((await read()).tools[0]).toMatchObject({ category: 'Read', risk: 'Low' });
});

async function epochOf(id: string): Promise<number> {
  return (await t.s.db.forOrganization(id, (tx) => tx.organization.findUniqueOrThrow({ where: { id } }))).epoch;
}
