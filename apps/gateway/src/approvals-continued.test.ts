/** A server of 2026-07-28 that asks for input within a call that a person approved: the answer needs no second approval, and opens nothing else. */
import type { ServerResponse } from 'node:http';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { newId } from '@toolgate/services/id';
import { createGrant, createServer } from '@toolgate/testing/factories';
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newClient } from './testing/clients.ts';
import { createFixture, decisionOf, type Fixture, post, recordsOf, type Tenant } from './testing/fixture.ts';
import { answerEra, complete, event, json, result, sse, stateless } from './testing/stateless-stub.ts';
import type { RunningGateway } from './wiring.ts';

let fixture: Fixture;
let gateway: RunningGateway;
let streams = false;
/** Given: tool calls wait here for their answer. */
let held: (() => void)[] | null = null;
/** The states that the server gives, one after the other; null: a question without one. */
let states: (string | null)[] = ['s\u00e9=1'];

const QUESTION = {
  method: 'elicitation/create',
  params: { mode: 'form', message: 'Which account?', requestedSchema: { type: 'object', properties: {} } },
};

/** Asks once for each state, knowing by the state that comes back how far it is; then it is done. */
function serve(request: RecordedRequest, response: ServerResponse): true {
  if (answerEra(request, response)) return true;
  if (held) held.push(() => answer(request, response));
  else answer(request, response);
  return true;
}

function answer(request: RecordedRequest, response: ServerResponse): void {
  const { id, params } = request.message as unknown as { id: unknown; params: { requestState?: string; inputResponses?: object } };
  const { requestState, inputResponses } = params;
  const at = inputResponses === undefined ? 0 : states.indexOf(requestState ?? null) + 1;
  const state = states[at];
  const given =
    at < states.length && state !== undefined
      ? result(id, {
          resultType: 'input_required',
          inputRequests: { account: QUESTION },
          ...(state === null ? {} : { requestState: state }),
        })
      : complete(id, { content: [{ type: 'text', text: 'paid' }] });
  if (streams) sse(response).end(event(given));
  else json(response, given);
}

beforeAll(async () => {
  fixture = await createFixture('embedded', { intercept: serve }, { GATEWAY_APPROVAL_HOLD_MS: '300' });
  gateway = await fixture.start();
});
afterEach(() => {
  held = null;
  streams = false;
  states = ['s\u00e9=1'];
});
afterAll(() => fixture.stop());

const DOCUMENT = {
  version: '1',
  default: 'deny',
  tools: { echo: { approve_if: [{ conditions: [], message: 'Ask.' }] }, slow: { approve_if: [{ conditions: [] }] } },
  methods: { 'elicitation/*': 'allow' },
};

interface Answer {
  status: number;
  result?: { resultType: string; requestState?: string; inputRequests?: object; content?: { text: string }[]; isError?: boolean };
  error?: { code: number; message: string };
}

async function call(tenant: Pick<Tenant, 'path' | 'token'>, params: Record<string, unknown>, token = tenant.token): Promise<Answer> {
  const _meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
  const { body, headers } = stateless('tools/call', { name: 'echo', arguments: { n: 1 }, ...params, _meta });
  const response = await post(gateway.url + tenant.path, token, body, headers);
  const text = await response.text();
  const last = text.startsWith('{') ? text : (text.split('\n').findLast((line) => line.startsWith('data: ')) ?? '').slice(6);
  return { status: response.status, ...JSON.parse(last) };
}

const approveAll = ({ organizationId }: Tenant, mode: 'once' | 'fifteenMinutes' = 'once') =>
  fixture.db.forOrganization(organizationId, (tx) =>
    tx.approval.updateMany({ where: { state: 'pending' }, data: { state: 'approved', mode, pendingHash: null, decidedBy: 'Ada' } }),
  );

/** A call that was approved once, and of which the server now wants to know something. */
async function asked(document: object = DOCUMENT) {
  const tenant = await fixture.tenant(document);
  await call(tenant, {});
  await approveAll(tenant);
  const { result: question } = await call(tenant, {});
  expect(question).toMatchObject({ resultType: 'input_required', inputRequests: { account: QUESTION } });
  return { tenant, requestState: question?.requestState as string };
}

const answering = (requestState: string) => ({ requestState, inputResponses: { account: { action: 'accept', content: { id: 7 } } } });
const upstreamCalls = () => fixture.upstream.calls.filter(({ message }) => message?.method === 'tools/call');
const isPaid = ({ result: given }: Answer) => given?.content?.[0]?.text === 'paid';
/** It waits for a person again: by our own question. */
const waits = (answer: Answer) => decisionOf(answer.result).code === 'approval_required';

describe.each([
  ['a JSON answer', false],
  ['a stream', true],
])('in %s', (_, streamed) => {
  test.each([
    ['a state', ['s\u00e9=1']],
    ['several, one after the other', ['one', 'two', 'three']],
    ['none', [null]],
  ])('the answer to a question with %s goes on with the approval, and the server gets its own state', async (_name, given) => {
    streams = streamed;
    states = given;
    const { tenant, requestState } = await asked();
    let state = requestState;
    for (const [i, own] of given.entries()) {
      const answer = await call(tenant, answering(state));
      const seen = upstreamCalls().at(-1)?.message?.params as Record<string, unknown>;
      expect(seen).toMatchObject({ arguments: { n: 1 }, inputResponses: { account: { content: { id: 7 } } } });
      expect(seen.requestState ?? null).toBe(own);
      expect(isPaid(answer)).toBe(i === given.length - 1);
      state = answer.result?.requestState ?? '';
    }
    const decisions = (await recordsOf(fixture.db, tenant.organizationId)).flatMap(({ facts }) => facts?.decision ?? []);
    expect(decisions).toEqual(['pending', ...Array(given.length + 1).fill('approved')]);
    expect(await fixture.db.forOrganization(tenant.organizationId, (tx) => tx.approval.findMany())).toMatchObject([
      { state: 'used', uses: 1 },
    ]);
  });
});

test('the same answer a second time is not accepted, nor when both come at once', async () => {
  const { tenant, requestState } = await asked();
  const seen = upstreamCalls().length;
  const answers = await Promise.all(Array.from({ length: 6 }, () => call(tenant, answering(requestState))));
  expect(answers.filter(isPaid)).toHaveLength(1);
  expect(answers.filter(waits)).toHaveLength(5);
  expect(waits(await call(tenant, answering(requestState)))).toBe(true);
  expect(upstreamCalls().length).toBe(seen + 1);
});

test('with changed arguments, for another tool or as another grant it is refused', async () => {
  const { tenant, requestState } = await asked();
  const { organizationId, serverId, policyId } = tenant;
  const other = await createGrant(fixture.db, organizationId, { servers: [{ serverId, policyId }] });
  const seen = upstreamCalls().length;
  for (const answer of [
    await call(tenant, { ...answering(requestState), arguments: { n: 2 } }),
    await call(tenant, { ...answering(requestState), arguments: { n: 1, more: 1 } }),
    await call(tenant, { ...answering(requestState), name: 'slow' }),
    await call(tenant, answering(requestState), other.token),
    await call(await fixture.tenant(DOCUMENT), answering(requestState)),
  ])
    expect(answer.error).toMatchObject({ code: -32602, message: expect.stringContaining('requestState is not of this call') });
  expect(upstreamCalls().length).toBe(seen);
  expect(isPaid(await call(tenant, answering(requestState)))).toBe(true);
});

test('another state is not accepted: altered, swapped, the bare one of the server, or none', async () => {
  const { tenant, requestState } = await asked();
  const cut = requestState.lastIndexOf('.');
  const [sealed, theirs] = [requestState.slice(0, cut), requestState.slice(cut + 1)];
  const flipped = sealed.slice(0, -3) + (sealed.at(-3) === 'A' ? 'B' : 'A') + sealed.slice(-2);
  const seen = upstreamCalls().length;
  for (const state of [`${flipped}.${theirs}`, `${sealed}.${theirs}x`, `${sealed}.`])
    expect((await call(tenant, answering(state))).error?.code).toBe(-32602);
  for (const state of [theirs, 'of nobody', sealed]) expect(waits(await call(tenant, answering(state)))).toBe(true);
  expect(waits(await call(tenant, { inputResponses: answering('').inputResponses }))).toBe(true);
  expect(waits(await call(tenant, {}))).toBe(true);
  expect(upstreamCalls().length).toBe(seen);
  expect(isPaid(await call(tenant, answering(requestState)))).toBe(true);
});

test('after an edit of the policy, a change of the tool, or the time of the approval it is not accepted', async () => {
  const edits: ((tenant: Tenant) => Promise<unknown>)[] = [
    async ({ organizationId, policyId }) => {
      const source = JSON.stringify({ ...DOCUMENT, hide: ['other'] });
      await fixture.change(organizationId, async (tx) => {
        await tx.policyVersion.create({ data: { organizationId, id: newId(), policyId, number: 2, source, authorName: 'Ada' } });
        await tx.policy.updateMany({ where: { id: policyId }, data: { currentVersion: 2 } });
      });
    },
    ({ organizationId }) =>
      fixture.change(organizationId, (tx) => tx.tool.updateMany({ where: { name: 'echo' }, data: { hash: 'another' } })),
    ({ organizationId }) =>
      fixture.db.forOrganization(organizationId, (tx) => tx.approval.updateMany({ data: { expiresAt: new Date(Date.now() - 60_000) } })),
  ];
  for (const edit of edits) {
    const { tenant, requestState } = await asked();
    await edit(tenant);
    const seen = upstreamCalls().length;
    expect(waits(await call(tenant, answering(requestState)))).toBe(true);
    expect(upstreamCalls().length).toBe(seen);
  }
});

test('an answer that its limit refuses is not lost', async () => {
  const limited = { approve_if: [{ conditions: [], message: 'Ask.' }], limits: [{ concurrency: 1, scope: 'grant' }] };
  const { tenant, requestState } = await asked({ ...DOCUMENT, tools: { echo: limited } });
  // Another call takes the only place, once that of the first one is free again.
  const other = { arguments: { n: 2 } };
  await call(tenant, other);
  await approveAll(tenant);
  await expect.poll(async () => (await recordsOf(fixture.db, tenant.organizationId)).filter(({ type }) => type === 'end').length).toBe(1);
  const waiting: (() => void)[] = [];
  held = waiting;
  const calling = call(tenant, other);
  await expect.poll(() => waiting.length).toBe(1);
  expect(decisionOf((await call(tenant, answering(requestState))).result)).toMatchObject({ code: 'limit_reached' });
  held = null;
  waiting[0]?.();
  await calling;
  // Its caller is answered before its place is free.
  await expect.poll(async () => isPaid(await call(tenant, answering(requestState)))).toBe(true);
});

test('approved for fifteen minutes it goes on as before', async () => {
  const tenant = await fixture.tenant(DOCUMENT);
  await call(tenant, {});
  await approveAll(tenant, 'fifteenMinutes');
  const { result: question } = await call(tenant, {});
  expect(isPaid(await call(tenant, answering(question?.requestState as string)))).toBe(true);
  expect(upstreamCalls().at(-1)?.message?.params).toMatchObject({ requestState: 's\u00e9=1' });
});

test('a call that needs no approval keeps its bytes', async () => {
  const tenant = await fixture.tenant({ ...DOCUMENT, tools: { echo: {} } });
  expect((await call(tenant, {})).result?.requestState).toBe('s\u00e9=1');
});

test("at the organization's address, where tools carry the server's name, it goes on too", async () => {
  const tenant = await fixture.tenant(DOCUMENT);
  const { organizationId, serverId, policyId, serverSlug, slug } = tenant;
  const other = await createServer(fixture.db, organizationId, { url: fixture.upstream.url, tools: [] });
  const { token } = await createGrant(fixture.db, organizationId, {
    servers: [serverId, other.id].map((id) => ({ serverId: id, policyId })),
  });
  const joined = { path: `/${slug}/mcp`, token };
  const name = `${serverSlug}__echo`;
  await call(joined, { name });
  await approveAll(tenant);
  const { result: question } = await call(joined, { name });
  expect(isPaid(await call(joined, { name, ...answering(question?.requestState as string) }))).toBe(true);
  expect(upstreamCalls().at(-1)?.message?.params).toMatchObject({ name: 'echo', requestState: 's\u00e9=1' });
});

test('the official client answers both questions, and its person is asked for one approval', async () => {
  const tenant = await fixture.tenant(DOCUMENT);
  const client = newClient('v2 pinned', { elicitation: { url: {}, form: {} } });
  const shown: unknown[] = [];
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    shown.push((params as { mode?: string }).mode);
    await approveAll(tenant);
    return { action: 'accept' as const, content: {} };
  });
  const requestInit = { headers: { authorization: `Bearer ${tenant.token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(gateway.url + tenant.path), { requestInit }));
  expect(await client.callTool({ name: 'echo', arguments: { n: 1 } })).toMatchObject({ content: [{ type: 'text', text: 'paid' }] });
  expect(shown).toEqual(['url', 'form']);
  await client.close();
});
