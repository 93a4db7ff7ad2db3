import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditFacts } from '@toolgate/audit/event';
import { createDatabase } from '@toolgate/db/database';
import { verifyPassword } from '@toolgate/services/account/verify-password';
import { findGrantByLabel, listGrants } from '@toolgate/services/grant/read';
import { hashToken } from '@toolgate/services/grant/token';
import { findOrganization } from '@toolgate/services/organization/create';
import { listVersions, readPolicy } from '@toolgate/services/policy/read';
import { listServers, readServer } from '@toolgate/services/server/read';
import { saveDiscovery } from '@toolgate/services/server/save-discovery';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { operatorOf } from './session.ts';

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 600_000 });

let t: TestServices;
let folder: string;
beforeAll(async () => {
  t = await startTestServices();
  folder = mkdtempSync(path.join(os.tmpdir(), 'toolgate-cli-'));
  writeRunning({});
});
afterAll(async () => {
  await t.stop();
  rmSync(folder, { recursive: true, force: true });
});

function writeRunning(changed: object) {
  const databaseUrl = t.database.urlAs('toolgate_app');
  const running = { pid: process.pid, databaseUrl, redisUrl: null, ledger: 'embedded', queueDatabaseUrl: databaseUrl, keys: t.keys };
  const addresses = { gatewayUrl: 'http://localhost:8787', dashboardUrl: 'http://localhost:3000' };
  writeFileSync(path.join(folder, 'running.json'), JSON.stringify({ ...running, ...addresses, ...changed }));
}

/** @param heard gets what it has said on standard error so far. */
async function toolgate(
  args: string[],
  { input = '', env = {}, heard = () => {} }: { input?: string; env?: Record<string, string>; heard?: (text: string) => void } = {},
) {
  const main = path.join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env.PATH, TOOLGATE_DATA_DIR: folder, ...env } });
  child.stdin.on('error', () => {}); // it ended without reading all
  child.stdin.end(input);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
    heard(stderr);
  });
  const [stdout, code] = await Promise.all([text(child.stdout), new Promise<number | null>((resolve) => child.once('close', resolve))]);
  return { code, stdout, stderr };
}

const apply = (document: object, heard?: (text: string) => void) =>
  toolgate(['apply', '-'], { input: JSON.stringify(document), ...(heard ? { heard } : {}) });

const capped = {
  version: '1',
  default: 'deny',
  tools: { draw: { limits: [{ counter: 'draw', window: 'minute', max: 30, scope: 'grant' }] } },
};
const documentFor = (slug: string) => ({
  organization: { slug, name: 'Acme' },
  owner: { email: `owner@${slug}.example`, name: 'Owner', password: 'correct horse battery' },
  servers: [
    { slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' },
    { slug: 'everything', name: 'Everything', url: 'http://127.0.0.1:3101/mcp', headers: { 'X-Api-Key': 'a-long-canary-secret' } },
  ],
  policies: [{ slug: 'capped', name: 'Capped', document: capped }],
  grants: [{ label: 'ci', servers: [{ server: 'wavespeed', policy: 'capped' }] }],
});

const tool = (name: string) => ({ name, description: `Does ${name}`, inputSchema: { type: 'object' } });

/** Applies, and does the worker's part: answers every server that waits for discovery, not before the command has said that it waits. */
async function applyWithWorker(slug: string, document: object, answer: (server: string) => object) {
  let [running, waits] = [true, false];
  const heard = (stderr: string) => {
    waits = stderr.includes('Discovering the tools of');
  };
  const ended = apply(document, heard).finally(() => {
    running = false;
  });
  for (; running; await sleep(100)) {
    if (!waits) continue;
    const actor = await actorIn(slug);
    for (const server of await listServers(t.s, actor)) {
      if (server.status !== 'discovering') continue;
      await saveDiscovery(t.s, { organizationId: actor.organizationId, serverId: server.id, ...answer(server.slug) } as never);
    }
  }
  return ended;
}
const found = (...names: string[]) => ({ serverInfo: { name: 'x' }, protocolVersion: '2025-11-25', tools: names.map(tool) });

async function actorIn(slug: string) {
  const organization = await findOrganization(t.s, slug);
  if (!organization) throw new Error('no organization');
  return operatorOf(organization.id);
}

async function applied(slug: string, document: object = documentFor(slug)) {
  const result = await applyWithWorker(slug, document, () => ({ found: found('draw', 'paint') }));
  if (result.code !== 0) throw new Error(result.stderr);
  return { ...result, answer: JSON.parse(result.stdout) };
}

test('apply makes everything the document says, waits until it is in force, and answers with the tokens', async () => {
  const { answer, stderr, stdout } = await applied('acme');
  expect(answer).toEqual({
    organization: 'acme',
    gatewayUrl: 'http://localhost:8787/acme/mcp',
    servers: [
      { slug: 'wavespeed', url: 'http://localhost:8787/acme/wavespeed/mcp', tools: 2 },
      { slug: 'everything', url: 'http://localhost:8787/acme/everything/mcp', tools: 2 },
    ],
    policies: [{ slug: 'capped', version: 1 }],
    grants: [{ label: 'ci', token: expect.stringMatching(/^tg_[0-9A-Za-z]{49}$/) }],
  });
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('Discovering the tools of');
  expect(stdout + stderr).not.toContain('canary');
  const actor = await actorIn('acme');
  const grant = await t.s.db.forOrganization(actor.organizationId, (tx) => tx.grant.findFirstOrThrow({ where: { label: 'ci' } }));
  expect(hashToken(answer.grants[0].token).equals(grant.tokenHash)).toBe(true);
  const signedIn = await verifyPassword(t.s, { email: 'owner@acme.example', password: 'correct horse battery', ip: '127.0.0.1' });
  expect(signedIn.ok).toBe(true);
  expect((await readServer(t.s, actor, 'everything'))?.secrets).toMatchObject([{ name: 'X-Api-Key', hint: 'cret', setBy: 'Command line' }]);
});

test('applying again changes nothing, and leaves an existing user alone', async () => {
  await applied('again');
  const actor = await actorIn('again');
  const before = await recordsOf(actor.organizationId);
  const document = documentFor('again');
  const { answer, stderr } = await applied('again', {
    ...document,
    owner: { ...document.owner, name: 'Changed', password: 'another password' },
  });
  expect(answer.grants).toEqual([{ label: 'ci', token: null }]);
  expect(answer.policies).toEqual([{ slug: 'capped', version: 1 }]);
  expect(stderr).toBe('');
  expect(await recordsOf(actor.organizationId)).toBe(before);
  const signedIn = await verifyPassword(t.s, { email: 'owner@again.example', password: 'correct horse battery', ip: '127.0.0.1' });
  expect(signedIn).toMatchObject({ ok: true, value: { name: 'Owner' } });
});

test('applying a changed document updates names, policies, headers and what a grant reaches', async () => {
  await applied('update');
  const actor = await actorIn('update');
  const document = documentFor('update');
  const changed = {
    ...document,
    organization: { slug: 'update', name: 'Acme Two' },
    servers: [
      document.servers[0],
      { ...document.servers[1], name: 'Anything', url: 'http://127.0.0.1:3102/mcp', headers: { Other: 'value' } },
    ],
    policies: [{ slug: 'capped', name: 'Tight', document: { ...capped, tools: {} } }],
    grants: [{ label: 'ci', servers: ['wavespeed', 'everything'].map((server) => ({ server, policy: 'capped' })) }],
  };
  const { answer } = await applied('update', changed);
  expect(answer.policies).toEqual([{ slug: 'capped', version: 2 }]);
  expect(await readServer(t.s, actor, 'everything')).toMatchObject({
    name: 'Anything',
    url: 'http://127.0.0.1:3102/mcp',
    secrets: [{ name: 'Other' }],
  });
  expect((await listVersions(t.s, actor, { policyId: (await readPolicy(t.s, actor, 'capped'))!.id })).map(({ number }) => number)).toEqual([
    2, 1,
  ]);
  expect((await findGrantByLabel(t.s, actor, 'ci'))?.servers.map(({ serverSlug }) => serverSlug).sort()).toEqual([
    'everything',
    'wavespeed',
  ]);
});

test('a server that cannot be discovered ends apply with its cause and fix; no grant is left whose token nobody saw', async () => {
  const failure = { code: 'refused', message: 'Nobody listens there.', fix: 'Start it.' };
  const answer = (slug: string) => (slug === 'everything' ? { failure } : { found: found('draw') });
  expect(await applyWithWorker('failing', documentFor('failing'), answer)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/server "everything": Nobody listens there\. Start it\.\n$/),
  });
  expect(await listGrants(t.s, await actorIn('failing'), { revoked: true })).toEqual([]);
});

test.each([
  [
    'an unknown key',
    { ...documentFor('bad'), servers: [{ slug: 'a', name: 'A', url: 'http://x.example', hedaers: {} }] },
    'servers[0]: unknown key "hedaers"',
  ],
  ['an unknown key at the top', { ...documentFor('bad'), polices: [] }, 'unknown key "polices"'],
  ['a missing organization', { servers: [] }, 'organization'],
  [
    'a grant of an unknown server',
    { ...documentFor('bad'), grants: [{ label: 'x', servers: [{ server: 'nope', policy: 'capped' }] }] },
    'no server "nope"',
  ],
  [
    'a grant of an unknown policy',
    { ...documentFor('bad'), grants: [{ label: 'x', servers: [{ server: 'wavespeed', policy: 'nope' }] }] },
    'no policy "nope"',
  ],
  [
    'a slug that is there twice',
    { ...documentFor('bad'), policies: [capped, capped].map((document) => ({ slug: 'p', name: 'P', document })) },
    '"p" is there twice',
  ],
  ['a reserved slug', { organization: { slug: 'settings', name: 'S' } }, 'reserved'],
])('apply refuses %s before it writes anything', async (_, document, message) => {
  const result = await apply(document);
  expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
  expect(result.stderr.trim().split('\n')).toHaveLength(1);
  expect(await findOrganization(t.s, 'bad')).toBeNull();
});

test('apply refuses a policy that cannot be published, and says where it is wrong', async () => {
  const document = {
    ...documentFor('bad-policy'),
    servers: [],
    grants: [],
    policies: [{ slug: 'p', name: 'P', document: { version: '1', defualt: 'deny' } }],
  };
  expect(await apply(document)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^policy "p": .*\n$/) });
});

test('a duplicate key in the document is found', async () => {
  const result = await toolgate(['apply', '-'], { input: '{"organization":{"slug":"a","slug":"b","name":"A"}}' });
  expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^Line 1, column \d+: /) });
});

test('grant pause, resume and revoke return when they are in force', async () => {
  await applied('pausing');
  const actor = await actorIn('pausing');
  const grant = (verb: string) => toolgate(['grant', verb, '--org', 'pausing', '--label', 'ci']);
  for (const [verb, state] of [
    ['pause', 'paused'],
    ['resume', 'active'],
    ['revoke', 'revoked'],
  ] as const) {
    const result = await grant(verb);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(result.stdout)).toEqual({ organization: 'pausing', grant: 'ci', state });
    expect((await listGrants(t.s, actor, { revoked: true })).map((one) => one.state)).toEqual([state]);
    expect(await inForce(actor.organizationId)).toBe(true);
  }
  expect(await grant('revoke')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no grant "ci"') });
  expect(await toolgate(['grant', 'revoke', '--org', 'nowhere', '--label', 'ci'])).toMatchObject({
    code: 1,
    stderr: 'There is no organization "nowhere".\n',
  });
});

test('a change that the ledger cannot be told is saved, and the command says that it is not in force', async () => {
  await applied('deaf');
  const env = { TOOLGATE_LEDGER: 'redis', REDIS_URL: 'redis://127.0.0.1:1' };
  const result = await toolgate(['grant', 'pause', '--org', 'deaf', '--label', 'ci'], { env });
  expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^Saved, but not yet in force.*\n$/) });
  expect(await listGrants(t.s, await actorIn('deaf'))).toMatchObject([{ state: 'paused' }]);
});

test('policy publish puts a file in force as it is written', async () => {
  await applied('publish');
  const file = path.join(folder, 'policy.json');
  const source = '{ "version": "1",\n  "default": "allow" }';
  writeFileSync(file, source);
  const publish = () => toolgate(['policy', 'publish', '--org', 'publish', '--policy', 'capped', file]);
  expect(JSON.parse((await publish()).stdout)).toEqual({ organization: 'publish', policy: 'capped', version: 2, changed: true });
  expect((await readPolicy(t.s, await actorIn('publish'), 'capped'))?.source).toBe(source);
  expect(JSON.parse((await publish()).stdout)).toMatchObject({ version: 2, changed: false });
  writeFileSync(file, '{"version":"1"}');
  expect(await publish()).toMatchObject({ code: 1, stdout: '' });
});

test('audit export writes JSON lines, oldest first, from the time that was asked for', async () => {
  await applied('export');
  const { organizationId } = await actorIn('export');
  const worker = createDatabase(t.database.urlAs('toolgate_worker'));
  await worker.forOrganization(organizationId, async (tx) => {
    const event = (seq: number, minutesAgo: number) => {
      const facts = auditFacts({
        id: `e${seq}`,
        organizationId,
        at: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
        kind: 'call',
      });
      return { ...facts, seq: BigInt(seq), at: new Date(facts.at), detail: {}, tool: `tool ${seq}`, prevHash: '', hash: '' };
    };
    await tx.auditEvent.createMany({ data: [event(1, 90), event(2, 10), event(3, 5)] });
    await tx.auditChain.create({ data: { organizationId, seq: 3n, hash: '' } });
  });
  await worker.close();
  const tools = async (...args: string[]) => {
    const { code, stdout, stderr } = await toolgate(['audit', 'export', '--org', 'export', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Is it running?') });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).tool);
  };
  expect(await Promise.all([tools(), tools('--since', '1h')])).toEqual([
    ['tool 1', 'tool 2', 'tool 3'],
    ['tool 2', 'tool 3'],
  ]);
  const wrong = await toolgate(['audit', 'export', '--org', 'export', '--since', 'yesterday']);
  expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('24h') });
});

test('policy check reads a document without a running system', async () => {
  const check = (source: string) => toolgate(['policy', 'check', '-'], { input: source, env: { TOOLGATE_DATA_DIR: '/nonexistent' } });
  const good = await check(JSON.stringify(capped));
  expect(good.code).toBe(0);
  expect(JSON.parse(good.stdout)).toMatchObject({ valid: true });
  const bad = await check('{"version":"1","defualt":"deny"}');
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout).errors.length).toBeGreaterThan(0);
});

test('policy decide says what a document decides of one call', async () => {
  const files = { policy: path.join(folder, 'decide-policy.json'), call: path.join(folder, 'decide-call.json') };
  writeFileSync(files.policy, JSON.stringify(capped));
  const decide = async (call: unknown) => {
    writeFileSync(files.call, JSON.stringify(call));
    return toolgate(['policy', 'decide', '--policy', files.policy, '--call', files.call]);
  };
  const of = async (call: unknown) => JSON.parse((await decide(call)).stdout);
  expect(await of({ tool: 'draw', args: {} })).toMatchObject({ effect: 'allow', charges: [{ counter: 'draw', windowMs: 60_000 }] });
  expect(await of({ tool: 'other' })).toMatchObject({ effect: 'deny', code: 'default_deny' });
  expect(await of({ tool: { name: 'draw', state: 'quarantined' } })).toMatchObject({ effect: 'deny', code: 'tool_quarantined' });
  expect(await decide({ tol: 'draw' })).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^The call: .*\n$/) });
});

test('what is not a command ends with 2 and says how it is used', async () => {
  for (const args of [[], ['nonsense'], ['apply'], ['grant', 'revoke', '--org', 'x'], ['apply', 'a', 'b'], ['apply', '-', '--force']]) {
    const result = await toolgate(args);
    expect(result, args.join(' ')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('usage:') });
  }
});

test('without a running system there is one line that says what to do', async () => {
  const nowhere = { env: { TOOLGATE_DATA_DIR: path.join(folder, 'empty') } };
  const result = await toolgate(['audit', 'export', '--org', 'acme'], nowhere);
  expect(result).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^Toolgate is not running here: start it with npm start.*\n$/),
  });
  const wrong = { env: { DATABASE_URL: 'postgresql://postgres@127.0.0.1:1/none', TOOLGATE_KEYS: t.keys } };
  expect(await toolgate(['audit', 'export', '--org', 'acme'], wrong)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^The database cannot be reached.*\n$/),
  });
  expect(await toolgate(['apply', '/no/such/file'])).toMatchObject({ code: 1, stderr: 'There is no file /no/such/file.\n' });
});

test('the owner’s DATABASE_URL still runs as the restricted role', async () => {
  const env = { DATABASE_URL: t.database.ownerUrl, TOOLGATE_KEYS: t.keys, TOOLGATE_DATA_DIR: path.join(folder, 'empty') };
  await applied('by-owner');
  const result = await toolgate(['grant', 'pause', '--org', 'by-owner', '--label', 'ci'], { env });
  expect(result).toMatchObject({ code: 0, stderr: '' });
});

async function recordsOf(organizationId: string): Promise<number> {
  return t.s.db.forOrganization(organizationId, (tx) => tx.auditRecord.count());
}

async function inForce(organizationId: string): Promise<boolean> {
  const row = await t.s.db.forOrganization(organizationId, (tx) => tx.organization.findUniqueOrThrow({ where: { id: organizationId } }));
  return row.epoch === row.publishedEpoch && row.epoch > 1;
}
