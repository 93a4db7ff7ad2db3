/** Approvals for clients of 2026-07-28 that declared elicitation: the gateway asks their person itself (`input_required`). */
import type { ServerResponse } from 'node:http';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newClient } from './testing/clients.ts';
import { createFixture, decisionOf, type Fixture, post, recordsOf, type Tenant } from './testing/fixture.ts';
import { answerEra, complete, json, stateless } from './testing/stateless-stub.ts';
import type { RunningGateway } from './wiring.ts';

/** Of a call that nobody answers. */
const HOLD_MS = 200;
let fixture: Fixture;
let gateway: RunningGateway;
beforeAll(async () => {
  const answer = (response: ServerResponse, id: unknown) => json(response, complete(id, { content: [{ type: 'text', text: 'done' }] }));
  fixture = await createFixture(
    'embedded',
    {
      intercept: (request, response) => {
        if (!answerEra(request, response)) answer(response, request.message?.id);
        return true;
      },
    },
    { GATEWAY_APPROVAL_HOLD_MS: String(HOLD_MS) },
  );
  gateway = await fixture.start();
});
afterEach(() => {
  fixture.settings.approvalHoldMs = HOLD_MS;
});
afterAll(() => fixture.stop());

/** From here on calls are held until somebody answers: whatever they are told is told before their time is over. */
const holdLong = () => {
  fixture.settings.approvalHoldMs = 300_000;
};

const DOCUMENT = {
  version: '1',
  default: 'deny',
  tools: { echo: { approve_if: [{ conditions: [], message: 'Ask.' }] }, slow: { approve_if: [{ conditions: [] }] } },
};
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

interface Result {
  resultType: string;
  requestState: string;
  inputRequests: Record<string, { method: string; params: Record<string, unknown> }>;
  content?: { text: string }[];
}

async function call(tenant: Tenant, params: Record<string, unknown>, elicitation: object | null = { url: {} }) {
  const meta = { [CAPABILITIES]: elicitation ? { elicitation } : {} };
  const { body, headers } = stateless('tools/call', { name: 'echo', arguments: { n: 1 }, ...params, _meta: meta });
  const response = await post(gateway.url + tenant.path, tenant.token, body, headers);
  const text = await response.text();
  const answer = JSON.parse(text.startsWith('{') ? text : (text.split('\n').findLast((line) => line.startsWith('data: ')) ?? '').slice(6));
  return { status: response.status, result: answer.result as Result, error: answer.error as { code: number } | undefined };
}

const approveAll = ({ organizationId }: Tenant) =>
  fixture.db.forOrganization(organizationId, (tx) =>
    tx.approval.updateMany({ data: { state: 'approved', mode: 'once', pendingHash: null, decidedBy: 'Ada' } }),
  );
const accepted = (requestState: string, action = 'accept') => ({ requestState, inputResponses: { 'toolgate-approval': { action } } });

test.each([
  [{ url: {} }, 'url'],
  [{}, 'form'],
  [{ form: {} }, 'form'],
])('a client that declared %j is asked at once, by a %s that names the page', async (elicitation, mode) => {
  const tenant = await fixture.tenant(DOCUMENT);
  const { result } = await call(tenant, {}, elicitation);
  const { params, method } = result.inputRequests['toolgate-approval']!;
  expect([result.resultType, method, params.mode]).toEqual(['input_required', 'elicitation/create', mode]);
  const { approvalUrl } = decisionOf(result) as { approvalUrl?: string };
  expect(approvalUrl).toContain(`/${tenant.slug}/approvals/`);
  expect(JSON.stringify(params)).toContain(approvalUrl);
  expect(result.requestState).not.toContain(decisionOf(result).approvalId);
});

test('a client that declared nothing is held, then told to come again', async () => {
  const tenant = await fixture.tenant(DOCUMENT);
  const { result } = await call(tenant, {}, null);
  expect(result).toMatchObject({ resultType: 'complete', isError: true });
  expect(decisionOf(result)).toMatchObject({ code: 'approval_required' });
});

test('with the state it passes when, and only when, a person approved; the server sees neither state nor answer', async () => {
  const tenant = await fixture.tenant(DOCUMENT);
  const { result } = await call(tenant, {});
  const early = await call(tenant, accepted(result.requestState));
  expect(decisionOf(early.result)).toMatchObject({ code: 'approval_required' });
  holdLong();
  const held = call(tenant, accepted(result.requestState));
  await approveAll(tenant);
  expect((await held).result.content).toEqual([{ type: 'text', text: 'done' }]);
  const sent = fixture.upstream.calls.at(-1)?.message?.params;
  expect(sent).toMatchObject({ name: 'echo', arguments: { n: 1 } });
  for (const name of ['requestState', 'inputResponses']) expect(sent).not.toHaveProperty(name);
  fixture.settings.approvalHoldMs = HOLD_MS;
  // The state was good for one approval, which is used.
  expect((await call(tenant, accepted(result.requestState))).result.content?.[0]?.text).toContain('[APPROVAL PENDING]');
});

test('whose person turned away is not held, and has not passed', async () => {
  const tenant = await fixture.tenant(DOCUMENT);
  const { result } = await call(tenant, {});
  holdLong();
  const { result: declined } = await call(tenant, accepted(result.requestState, 'decline'));
  expect(decisionOf(declined)).toMatchObject({ code: 'approval_required' });
});

test('a state that was altered, or is of another call or organization, is refused and recorded', async () => {
  const [tenant, other] = [await fixture.tenant(DOCUMENT), await fixture.tenant(DOCUMENT)];
  const { result } = await call(tenant, {});
  const { requestState } = result;
  await approveAll(tenant);
  const flipped = requestState.slice(0, -3) + (requestState.at(-3) === 'A' ? 'B' : 'A') + requestState.slice(-2);
  const seen = fixture.upstream.calls.length;
  for (const [at, params] of [
    [tenant, accepted(flipped)],
    [tenant, { ...accepted(requestState), arguments: { n: 2 } }],
    [tenant, { ...accepted(requestState), name: 'slow' }],
    [other, accepted(requestState)],
  ] as const) {
    expect((await call(at, params)).error?.code).toBe(-32602);
    expect((await recordsOf(fixture.db, at.organizationId)).at(-1)?.facts).toMatchObject({ decision: 'rejected', code: 'invalid_params' });
  }
  expect(fixture.upstream.calls.length).toBe(seen);
});

test("a server's own state goes to the server as it is", async () => {
  const tenant = await fixture.tenant({ ...DOCUMENT, tools: { echo: {} } });
  for (const requestState of ['opaque', 'tga1.000000000000.AAAA']) {
    await call(tenant, { requestState, inputResponses: { a: { action: 'accept' } } });
    expect(fixture.upstream.calls.at(-1)?.message?.params).toMatchObject({ requestState, inputResponses: { a: { action: 'accept' } } });
  }
});

test('the official client shows the page to its person and then gets the answer', async () => {
  const tenant = await fixture.tenant(DOCUMENT);
  const client = newClient('v2 pinned', { elicitation: { url: {} } });
  const shown: unknown[] = [];
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    shown.push(params);
    await approveAll(tenant);
    return { action: 'accept' as const };
  });
  const requestInit = { headers: { authorization: `Bearer ${tenant.token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(gateway.url + tenant.path), { requestInit }));
  const answer = await client.callTool({ name: 'echo', arguments: { n: 1 } });
  expect(answer).toMatchObject({ content: [{ type: 'text', text: 'done' }] });
  expect(shown).toMatchObject([{ mode: 'url', url: expect.stringContaining(`/${tenant.slug}/approvals/`), message: 'Ask.' }]);
  await client.close();
});
