/** Lists that are joined from servers that answer, page by page or never, or are not there. */

import type { ServerResponse } from 'node:http';
import type { ToolFactory } from '@toolgate/testing/factories';
import { RECORDER_TOOLS } from '@toolgate/testing/recorder-server';
import { type RecordedRequest, type RecorderUpstream, startRecorderUpstream } from '@toolgate/testing/recorder-upstream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFixture, type Fixture, initialize, post, recordsOf } from '../testing/fixture.ts';
import { type DeadServer, type JoinedTenant, joinedTenant, startDeadServer } from '../testing/joined-tenant.ts';
import { answerEra, complete, json, result, stateless } from '../testing/stateless-stub.ts';
import type { RunningGateway } from '../wiring.ts';

/** Half of what the gateway gives a server before it gives it up, and more than a busy machine needs for one that answers. */
const DEADLINE_MS = 5000;
const TOOLS = RECORDER_TOOLS as ToolFactory[];
const LONG = { ...TOOLS[0]!, name: 'x'.repeat(124) };

let fixture: Fixture;
let gateway: RunningGateway;
let frozen: RecorderUpstream;
let dead: DeadServer;
let good: RecorderUpstream;
let paged: RecorderUpstream;
let looping: RecorderUpstream;
let longNamed: RecorderUpstream;
let modern: RecorderUpstream;
const stops: (() => Promise<void>)[] = [];
/** Requests that `frozen` has got and the gateway has not given up. */
const waiting = new Set<ServerResponse>();

/** Answers `tools/list` itself; the rest is the recorder's own. */
const listing =
  (page: (cursor: unknown) => { tools: object[]; nextCursor?: string }) =>
  ({ message }: RecordedRequest, response: ServerResponse): boolean => {
    if (message?.method !== 'tools/list') return false;
    json(response, result(message.id, page(message.params?.cursor)));
    return true;
  };

beforeAll(async () => {
  frozen = await startRecorderUpstream({
    intercept(_, response) {
      waiting.add(response.once('close', () => waiting.delete(response)));
      return true;
    },
  });
  dead = await startDeadServer();
  good = await startRecorderUpstream();
  paged = await startRecorderUpstream({
    intercept: listing((cursor) => {
      const at = cursor === undefined ? 0 : Number(cursor);
      return { tools: TOOLS.slice(at, at + 1), ...(at + 1 < TOOLS.length ? { nextCursor: String(at + 1) } : {}) };
    }),
  });
  looping = await startRecorderUpstream({ intercept: listing(() => ({ tools: TOOLS.slice(0, 1), nextCursor: 'again' })) });
  longNamed = await startRecorderUpstream({ intercept: listing(() => ({ tools: [LONG, TOOLS[1]!] })) });
  modern = await startRecorderUpstream({
    intercept(request, response) {
      if (answerEra(request, response)) return true;
      const { message } = request;
      if (message?.method === 'tools/list') json(response, complete(message.id, { tools: TOOLS, ttlMs: 30_000, cacheScope: 'public' }));
      else json(response, { jsonrpc: '2.0', id: message?.id ?? null, error: { code: -32601, message: 'no' } }, 404);
      return true;
    },
  });
  const servers = [frozen, dead, good, paged, looping, longNamed, modern];
  stops.push(...servers.map(({ stop }) => stop));
  const hosts = servers.map(({ host }) => host);
  const environment = { TOOLGATE_EGRESS_ALLOW: hosts.join(), GATEWAY_LIST_TIMEOUT_MS: String(DEADLINE_MS) };
  fixture = await createFixture('embedded', {}, environment);
  gateway = await fixture.start();
});
afterAll(async () => {
  await fixture?.stop();
  await Promise.all(stops.map((stop) => stop()));
});

const at = (slug: string, { url }: { url: string }) => ({ slug, url, tools: TOOLS });

interface Answer {
  status: number;
  text: string;
  /** Of the last message. */
  result: Record<string, unknown> & { tools?: { name: string }[]; _meta?: Record<string, unknown> };
  messages: Record<string, unknown>[];
}

async function ask(tenant: JoinedTenant, body: object, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await post(tenant.url, tenant.token, body, headers);
  const text = await answer.text();
  const isStream = answer.headers.get('content-type') === 'text/event-stream';
  const messages = isStream ? [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data as string)) : [JSON.parse(text)];
  return { status: answer.status, text, messages, result: messages.at(-1).result };
}

async function open(tenant: JoinedTenant): Promise<{ headers: Record<string, string>; result: Answer['result'] }> {
  const answer = await post(tenant.url, tenant.token, initialize);
  const { result } = (await answer.json()) as { result: Answer['result'] };
  const headers = { 'mcp-session-id': answer.headers.get('mcp-session-id') as string };
  return { headers, result };
}

const toolsList = (id: number | string = 1) => ({ jsonrpc: '2.0', id, method: 'tools/list' });
const listStateless = (tenant: JoinedTenant, meta: object = {}) => {
  const { body, headers } = stateless('tools/list', { _meta: meta });
  return ask(tenant, body, headers);
};
const names = ({ result }: Answer) => (result.tools ?? []).map(({ name }) => name);
const missing = ({ result }: Answer) =>
  ((result._meta?.['toolgate/missing'] ?? []) as { server: string; code: string }[]).map(({ server, code }) => `${server}: ${code}`);

test('a dead server and a frozen one do not stall the list: it comes while the frozen one is still asked, and says who is missing', async () => {
  const tenant = await joinedTenant(fixture, gateway, [at('dead', dead), at('frozen', frozen), at('good', good)]);
  // What was given up before an answer is known to be by the time that another one has come.
  const isAsked = async () => (await fetch(`${gateway.url}/healthz`)).ok && waiting.size > 0;
  const session = await open(tenant);
  expect(await isAsked()).toBe(true);
  const list = await ask(tenant, toolsList(), session.headers);
  expect(await isAsked()).toBe(true);
  expect(names(list)).toEqual(TOOLS.map(({ name }) => `good__${name}`));
  expect(missing(list)).toEqual(['dead: upstream_unreachable', 'frozen: upstream_timeout']);
});

test('an agent reads which servers there are, and which are away, in the instructions', async () => {
  const tenant = await joinedTenant(fixture, gateway, [at('dead', dead), at('good', good)]);
  const text = 'joins 2 MCP servers: dead, good';
  const away = 'dead (The MCP server cannot be reached.)';
  const { result } = await open(tenant);
  expect(result.instructions).toContain(text);
  expect(result.instructions).toContain(away);
  const { body, headers } = stateless('server/discover');
  const discovered = await ask(tenant, body, headers);
  expect(discovered.result).toMatchObject({ supportedVersions: ['2026-07-28'], ttlMs: 0, cacheScope: 'private' });
  expect(discovered.result.instructions).toContain(text);
  expect(discovered.result.instructions).toContain(away);
});

test('what is missing is told as a log entry: to sessions, and to stateless clients that ask for logs', async () => {
  const tenant = await joinedTenant(fixture, gateway, [at('dead', dead), at('good', good)]);
  const { headers, result } = await open(tenant);
  expect(result.capabilities).toMatchObject({ logging: {} });
  const entry = {
    method: 'notifications/message',
    params: { level: 'warning', data: expect.stringContaining('dead is missing from tools/list') },
  };
  const told = await ask(tenant, toolsList(), headers);
  expect(told.messages).toMatchObject([entry, { id: 1 }]);
  const level = (logLevel: string) => listStateless(tenant, { 'io.modelcontextprotocol/logLevel': logLevel });
  expect((await level('info')).messages).toMatchObject([entry, { id: 1 }]);
  expect((await level('error')).messages).toHaveLength(1);
  expect((await listStateless(tenant)).messages).toHaveLength(1);
  expect((await ask(tenant, toolsList(), { ...headers, accept: 'application/json' })).messages).toHaveLength(1);
});

test('a server that keeps failing is not waited for any more', async () => {
  const tenant = await joinedTenant(fixture, gateway, [at('frozen', frozen), at('good', good)]);
  const waited = await Promise.all(Array.from({ length: 5 }, () => listStateless(tenant)));
  for (const list of waited) expect(missing(list)).toEqual(['frozen: upstream_timeout']);
  // It is tried again after a pause, of which a busy machine may make much: by one of those that come together, and by no other.
  const lists = await Promise.all([listStateless(tenant), listStateless(tenant)]);
  expect(lists.map(missing)).toContainEqual(['frozen: upstream_unavailable']);
  for (const list of lists) expect(names(list)).toHaveLength(TOOLS.length);
});

test('a partial list is not to be kept; a whole one as long as every server says, by nobody else', async () => {
  const partial = await joinedTenant(fixture, gateway, [at('dead', dead), at('modern', modern)]);
  expect((await listStateless(partial)).result).toMatchObject({ ttlMs: 0, cacheScope: 'private' });
  const whole = await joinedTenant(fixture, gateway, [at('also', modern), at('modern', modern)]);
  expect((await listStateless(whole)).result).toMatchObject({ ttlMs: 30_000, cacheScope: 'private', resultType: 'complete' });
  const mixed = await joinedTenant(fixture, gateway, [at('good', good), at('modern', modern)]);
  expect((await listStateless(mixed)).result).toMatchObject({ ttlMs: 0, cacheScope: 'private' });
  const inSession = (await ask(mixed, toolsList(), (await open(mixed)).headers)).result;
  for (const key of ['ttlMs', 'cacheScope', 'resultType']) expect(inSession).not.toHaveProperty(key);
});

test('every page of every server is read; pages without an end are cut off, and that is said', async () => {
  const tenant = await joinedTenant(fixture, gateway, [at('looping', looping), at('paged', paged)]);
  const list = await ask(tenant, toolsList(), (await open(tenant)).headers);
  expect(names(list)).toEqual(expect.arrayContaining(TOOLS.map(({ name }) => `paged__${name}`)));
  expect(missing(list)).toEqual(['looping: too_many_pages']);
  expect(list.result).not.toHaveProperty('nextCursor');
  const withCursor = await ask(tenant, { ...toolsList(), params: { cursor: '1' } }, (await open(tenant)).headers);
  expect(withCursor.status).toBe(400);
});

test('a tool whose definition is not the one that was accepted is not listed', async () => {
  const changed = TOOLS.map((tool, i) => (i === 0 ? { ...tool, description: 'another one' } : tool));
  const tenant = await joinedTenant(fixture, gateway, [{ slug: 'good', url: good.url, tools: changed }, at('paged', paged)]);
  const listed = names(await listStateless(tenant));
  expect(listed).not.toContain(`good__${TOOLS[0]!.name}`);
  expect(listed).toContain(`paged__${TOOLS[0]!.name}`);
});

test('a name that is too long with its server in front is left out, and that is said', async () => {
  const servers = [{ slug: 'long', url: longNamed.url, tools: [LONG, TOOLS[1]!] }, at('paged', paged)];
  const list = await listStateless(await joinedTenant(fixture, gateway, servers));
  expect(names(list)).toContain(`long__${TOOLS[1]!.name}`);
  expect(names(list).some((name) => name.includes('xxx'))).toBe(false);
  expect(list.result._meta).toMatchObject({ 'toolgate/missing': [{ server: 'long', code: 'name_too_long', names: [LONG.name] }] });
});

describe('a paused server', () => {
  test('leaves the list at once and is asked nothing; its calls are denied, and the others go on', async () => {
    const tenant = await joinedTenant(fixture, gateway, [at('good', good), at('paged', paged)]);
    const { headers } = await open(tenant);
    expect(names(await ask(tenant, toolsList(), headers)).some((name) => name.startsWith('good__'))).toBe(true);
    await fixture.change(tenant.organizationId, (tx) =>
      tx.server.updateMany({ where: { id: tenant.serverIds.good as string }, data: { pausedAt: new Date() } }),
    );
    const seen = good.requests.length;
    const list = await ask(tenant, toolsList(), headers);
    expect(names(list).every((name) => name.startsWith('paged__'))).toBe(true);
    expect(missing(list)).toEqual(['good: paused']);
    const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'good__echo', arguments: {} } };
    expect((await ask(tenant, call, headers)).text).toContain('This server is paused');
    expect(good.requests.length).toBe(seen);
  });
});

describe('lists that policies govern', () => {
  const closed = { version: '1', default: 'deny', tools: { echo: {} } };

  test('are asked of the servers whose policies allow them, and recorded once', async () => {
    const tenant = await joinedTenant(fixture, gateway, [{ ...at('good', good), document: closed }, at('paged', paged)]);
    const { headers } = await open(tenant);
    const seen = [good.requests.length, paged.requests.length];
    const answer = await ask(tenant, { jsonrpc: '2.0', id: 3, method: 'prompts/list' }, headers);
    expect(answer.result).toMatchObject({ prompts: [] });
    expect([good.requests.length, paged.requests.length]).toEqual([seen[0], (seen[1] as number) + 1]);
    const recorded = (await recordsOf(fixture.db, tenant.organizationId)).filter(({ facts }) => facts?.method === 'prompts/list');
    expect(recorded).toMatchObject([
      {
        facts: {
          decision: 'allowed',
          detail: {
            trace: [
              { result: 'deny', note: 'good' },
              { result: 'allow', note: 'paged' },
            ],
          },
        },
      },
    ]);
  });

  test('are denied when no policy allows them, and not declared', async () => {
    const tenant = await joinedTenant(fixture, gateway, [
      { ...at('good', good), document: closed },
      { ...at('paged', paged), document: closed },
    ]);
    const { headers, result } = await open(tenant);
    expect(Object.keys(result.capabilities as object).sort()).toEqual(['logging', 'tools']);
    const answer = await ask(tenant, { jsonrpc: '2.0', id: 3, method: 'resources/list' }, headers);
    expect(answer.messages[0]).toMatchObject({ id: 3, error: { code: -31450 } });
    const recorded = (await recordsOf(fixture.db, tenant.organizationId)).filter(({ facts }) => facts?.method === 'resources/list');
    expect(recorded).toMatchObject([{ facts: { decision: 'denied', code: 'denied' } }]);
  });

  test('of a server that is away are declared, since it may be back', async () => {
    const tenant = await joinedTenant(fixture, gateway, [at('dead', dead), { ...at('good', good), document: closed }]);
    expect(Object.keys((await open(tenant)).result.capabilities as object)).toEqual(expect.arrayContaining(['prompts', 'resources']));
  });
});
