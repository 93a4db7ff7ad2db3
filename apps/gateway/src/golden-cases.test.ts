/** The golden cases of packages/policy, each through a real gateway: what a caller gets is what was written down. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { GrantKind } from '@toolgate/db/client';
import type { Paused, PolicyCall, PolicyTool } from '@toolgate/policy/call';
import type { Decision } from '@toolgate/policy/decision';
import type { ToolFactory } from '@toolgate/testing/factories';
import type { RecordedMessage } from '@toolgate/testing/recorder-upstream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFixture, decisionOf, type Fixture, initialize, post, type Recorded, type Tenant } from './testing/fixture.ts';
import type { RunningGateway } from './wiring.ts';

interface GoldenCall extends Partial<Omit<PolicyCall, 'tool'>> {
  tool: string | (Partial<PolicyTool> & { name: string });
  state?: PolicyTool['state'];
  argsText?: string;
  /** The argument `v` is a text of this length. */
  longText?: number;
}

interface Golden {
  title: string;
  /** Null: no policy is attached. */
  source: object | string | null;
  call?: GoldenCall;
  method?: string;
  expect: Partial<Decision> & { listed?: boolean; method?: 'allow' | 'deny' };
}

const METHODS = ['resources/list', 'resources/read', 'prompts/list', 'prompts/get', 'completion/complete'];
const FIELDS = ['tool', 'state', 'args', 'argsText', 'longText', 'grant', 'client', 'paused', 'approved'];

/** Why a case cannot be told over HTTP; null: it can. */
function reasonToSkip({ source, call, method }: Golden): string | null {
  if (source === null) return 'a grant reaches a server only with a policy';
  if (method !== undefined) return METHODS.includes(method) ? null : 'the server asks this of the client, not the client of the server';
  if (call && 'args' in call && !isArguments(call.args)) return 'arguments of a tools/call are an object';
  if (call?.grant && call.grant.tags.length > 0 && kindOf(call) === null) return 'a grant has one tag, its kind';
  if (call?.argsText?.includes('"__proto__"')) return 'the gateway reads no body that has the key __proto__';
  if (call?.argsText?.includes('1e309')) return 'the gateway reads no number that no double holds';
  return /[\0\p{Surrogate}]/u.test(nameOf(call)) ? 'PostgreSQL keeps no such tool name' : null;
}

const cases = readCases();
const told = cases.filter((golden) => reasonToSkip(golden) === null);

let fixture: Fixture;
let gateway: RunningGateway;
/** What the upstream says it has, and how many requests that the policy decides reached it. */
let offered: ToolFactory[] = [];
let reached = 0;

beforeAll(async () => {
  fixture = await createFixture('embedded', { intercept: ({ message }, response) => answerAnything(message, response) }, HELD);
  gateway = await fixture.start();
});
afterAll(() => fixture?.stop());

describe('over HTTP', () => {
  test.each(told.filter(({ call }) => call))('$title', async (golden) => {
    const { call, expect: expected } = golden as Golden & { call: GoldenCall };
    expect(Object.keys(call).filter((field) => !FIELDS.includes(field))).toEqual([]);
    const tenant = await tenantOf(golden, call);
    const headers = await sessionOf(tenant, call);
    if (expected.listed !== undefined) expect(await isListed(tenant, nameOf(call)), 'listed').toBe(expected.listed);

    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":${JSON.stringify(nameOf(call))},"arguments":${argumentsOf(call)}}}`;
    if (call.approved) {
      await post(gateway.url + tenant.path, tenant.token, body, headers);
      await approveAll(tenant);
    }
    const before = reached;
    const answer = await post(gateway.url + tenant.path, tenant.token, body, headers);
    const { result } = (await answer.json()) as { result: { isError?: boolean; content: { text: string }[] } };
    const facts = await newestFacts(tenant);
    const told = decisionOf(result);
    expect({ effect: EFFECTS[String(facts?.decision)], code: facts?.code }).toEqual({ effect: expected.effect, code: expected.code });
    expect({ reached: reached - before, isError: result.isError ?? false }).toEqual(expected.effect === 'allow' ? PASSED : REFUSED);
    if (expected.effect !== 'allow') expect(told.code).toBe(expected.code);
    if (expected.rule !== undefined) expect([facts?.rule, told.rule ?? null]).toEqual([expected.rule, expected.rule]);
    if (expected.message !== undefined && expected.effect !== 'allow') {
      const text = result.content[0]?.text;
      if (expected.effect === 'pending') expect(text).toContain(`[APPROVAL PENDING] ${expected.message} `);
      else expect(text).toBe(`[POLICY DENIED] ${expected.message}`);
    }
    if (expected.shadow !== undefined) expect(shadowOf(facts?.detail.shadow)).toEqual(expected.shadow);
  });

  test.each(told.filter(({ method }) => method))('$title', async ({ source, method, expect: expected }) => {
    const tenant = await fixture.tenant(source as object | string, []);
    const before = reached;
    const answer = await post(gateway.url + tenant.path, tenant.token, { jsonrpc: '2.0', id: 1, method, params: {} });
    expect({ reached: reached - before, isError: 'error' in ((await answer.json()) as object) }).toEqual(
      expected.method === 'allow' ? PASSED : REFUSED,
    );
    expect((await newestFacts(tenant))?.decision).toBe(expected.method === 'allow' ? 'allowed' : 'denied');
  });

  test('every golden case is told, or skipped by a rule that says why', () => {
    const reasons = cases.map(reasonToSkip).filter((reason) => reason !== null);
    const counts = [...new Set(reasons)].map((reason) => `${reasons.filter((one) => one === reason).length} (${reason})`);
    process.stdout.write(`${told.length} of ${cases.length} golden cases over HTTP; skipped: ${counts.join(', ') || 'none'}\n`);
    expect(told.length).toBeGreaterThanOrEqual(cases.length * 0.9);
  });
});

/** Nobody answers: what waits for a person is told so at once. */
const HELD = { GATEWAY_APPROVAL_HOLD_MS: '0' };
const PASSED = { reached: 1, isError: false };
const REFUSED = { reached: 0, isError: true };
const EFFECTS: Record<string, Decision['effect']> = {
  allowed: 'allow',
  approved: 'allow',
  denied: 'deny',
  limited: 'limit',
  pending: 'pending',
};

/** What waits is approved, as the inbox does it. */
function approveAll({ organizationId }: Tenant): Promise<unknown> {
  return fixture.db.forOrganization(organizationId, (tx) =>
    tx.approval.updateMany({ data: { state: 'approved', mode: 'once', pendingHash: null, decidedBy: 'Ada' } }),
  );
}

function readCases(): Golden[] {
  const folder = new URL('../../../packages/policy/testdata/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const { documents, cases } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
        documents: Record<string, object | string>;
        cases: (Golden & { name: string; document: string | null })[];
      };
      return cases.map(({ name, document, ...golden }) => ({
        ...golden,
        title: `${file.replace(/\.json$/, '')}: ${name}`,
        source: document === null ? null : (documents[document] as object | string),
      }));
    });
}

/** One tenant for the plain calls of a document; one for each call that needs its own rows, or must not find a counter that another one filled. */
const shared = new Map<object | string, Promise<Tenant>>();
async function tenantOf({ source }: Golden, call: GoldenCall): Promise<Tenant> {
  const document = source as object | string;
  if (!isPlain(document, call)) return tenantWith(document, [call]);
  const plain = told.flatMap((other) => (other.source === source && other.call && isPlain(document, other.call) ? [other.call] : []));
  const tenant = shared.get(document) ?? tenantWith(document, plain);
  shared.set(document, tenant);
  offered = toolsOf(plain);
  return tenant;
}

const isPlain = (document: object | string, { tool, state, grant, client, paused }: GoldenCall): boolean =>
  typeof tool === 'string' && !state && !grant && !client?.name && !paused && !/limit/.test(JSON.stringify(document));

async function tenantWith(document: object | string, calls: GoldenCall[]): Promise<Tenant> {
  offered = toolsOf(calls);
  const [call] = calls as [GoldenCall];
  const tenant = await fixture.tenant(document, call.state === 'unknown' ? [] : offered);
  const { organizationId, serverId, grantId: id } = tenant;
  const paused = (what: Paused) => (call.paused === what ? { pausedAt: new Date() } : {});
  const kind = kindOf(call);
  // The gateway has not seen this tenant yet, so no epoch has to move.
  await fixture.db.forOrganization(organizationId, async (tx) => {
    if (call.paused === 'organization') await tx.organization.update({ where: { id: organizationId }, data: paused('organization') });
    if (call.paused === 'server')
      await tx.server.update({ where: { organizationId_id: { organizationId, id: serverId } }, data: paused('server') });
    const label = call.grant?.label;
    const data = { ...paused('grant'), ...(kind ? { kind } : {}), ...(label === undefined ? {} : { label }) };
    if (Object.keys(data).length > 0) await tx.grant.update({ where: { organizationId_id: { organizationId, id } }, data });
  });
  return tenant;
}

function toolsOf(calls: GoldenCall[]): ToolFactory[] {
  const tools = calls.map(({ tool, state = 'active' }) => {
    const facts = typeof tool === 'string' ? { name: tool } : tool;
    return { description: '', inputSchema: { type: 'object' }, ...(state === 'unknown' ? {} : { state }), ...facts } as ToolFactory;
  });
  return [...new Map(tools.map((tool) => [tool.name, tool])).values()];
}

/** The header of a session that a client of this name has opened; nothing where the client is not said. */
async function sessionOf({ path, token }: Tenant, { client }: GoldenCall): Promise<Record<string, string>> {
  if (!client?.name) return {};
  const params = { ...initialize.params, clientInfo: { name: client.name, version: '1' } };
  const opened = await post(gateway.url + path, token, { ...initialize, params });
  await opened.text();
  return { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
}

async function isListed({ path, token }: Tenant, name: string): Promise<boolean> {
  const answer = await post(gateway.url + path, token, { jsonrpc: '2.0', id: 'list', method: 'tools/list' });
  const { result } = (await answer.json()) as { result?: { tools: { name: string }[] } };
  return result?.tools.some((tool) => tool.name === name) ?? false;
}

async function newestFacts({ organizationId }: Tenant): Promise<Recorded['facts']> {
  const newest = await fixture.db.forOrganization(organizationId, (tx) => tx.auditRecord.findMany({ orderBy: { id: 'desc' }, take: 5 }));
  return newest.map(({ record }) => record as unknown as Recorded).find(({ facts }) => facts)?.facts;
}

/** An upstream that has whatever the case is about. */
function answerAnything(message: RecordedMessage | undefined, response: ServerResponse): boolean {
  const { id, method = '' } = message ?? {};
  if (method !== 'tools/list' && method !== 'tools/call' && !METHODS.includes(method)) return false;
  if (method !== 'tools/list') reached += 1;
  const tools = offered.map(({ name, description, inputSchema, annotations }) => ({ name, description, inputSchema, annotations }));
  const result = method === 'tools/list' ? { tools } : { content: [] };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  return true;
}

function argumentsOf({ args, argsText, longText }: GoldenCall): string {
  if (longText !== undefined) return JSON.stringify({ v: 'a'.repeat(longText) });
  return argsText ?? JSON.stringify(args ?? {});
}

function kindOf({ grant }: GoldenCall): GrantKind | null {
  const [tag, ...others] = grant?.tags ?? [];
  return others.length === 0 ? (Object.values(GrantKind).find((kind) => kind === tag) ?? null) : null;
}

function nameOf(call: GoldenCall | undefined): string {
  return typeof call?.tool === 'object' ? call.tool.name : (call?.tool ?? '');
}

function isArguments(args: unknown): boolean {
  return args === undefined || (typeof args === 'object' && args !== null && !Array.isArray(args));
}

function shadowOf(recorded: unknown): unknown {
  const { effect, code, rule } = (recorded ?? {}) as Partial<Decision>;
  return recorded ? [effect, code, rule] : null;
}
