/** Servers change: what was learned of one is not believed for ever, and what was begun can be taken back. */
import type { ServerResponse } from 'node:http';
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callOf, createFixture, type Fixture, initialize, post, type Tenant } from '../../testing/fixture.ts';
import { answerEra, complete, json, stateless } from '../../testing/stateless-stub.ts';
import type { RunningGateway } from '../../wiring.ts';

let fixture: Fixture;
let gateway: RunningGateway;
let isStateless = true;
let hold: ((response: ServerResponse) => void) | null = null;

beforeAll(async () => {
  fixture = await createFixture('embedded', {
    intercept: (request: RecordedRequest, response) => {
      if (!isStateless) return false;
      if (answerEra(request, response)) return true;
      if (hold && request.message?.id === 'c1') hold(response);
      else json(response, complete(request.message?.id, { content: [] }));
      return true;
    },
  });
  gateway = await fixture.start();
});
afterAll(() => fixture.stop());

const call = async ({ path, token }: Tenant) => {
  const { body, headers } = stateless('tools/call', { name: 'slow', arguments: {} });
  return (await post(gateway.url + path, token, body, headers)).status;
};

test('a server that has become another is asked anew, in both directions, and its callers go on', async () => {
  const tenant = await fixture.tenant();
  expect(await call(tenant)).toBe(200);
  isStateless = false;
  await new Promise((resolve) => setTimeout(resolve, 5100));
  await expect.poll(() => call(tenant)).toBe(200);
  expect(fixture.upstream.calls.at(-1)?.headers['mcp-session-id']).toEqual(expect.any(String));
  isStateless = true;
  await new Promise((resolve) => setTimeout(resolve, 5100));
  const opened = await post(gateway.url + tenant.path, tenant.token, initialize);
  expect([opened.status, await opened.text()]).toEqual([200, expect.stringContaining('"stub"')]);
  const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
  expect((await post(gateway.url + tenant.path, tenant.token, callOf('slow'), headers)).status).toBe(200);
  expect(fixture.upstream.calls.at(-1)?.headers['mcp-protocol-version']).toBe('2026-07-28');
});

test('a bridged call is cancelled by the session that made it, and by no other', async () => {
  const tenant = await fixture.tenant();
  const open = async () => {
    const opened = await post(gateway.url + tenant.path, tenant.token, initialize);
    return { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
  };
  const [mine, other] = [await open(), await open()];
  let closed = false;
  let arrived = false;
  hold = (response) => {
    arrived = true;
    response.once('close', () => (closed = true));
  };
  const running = post(gateway.url + tenant.path, tenant.token, callOf('slow', {}, 'c1'), mine);
  await expect.poll(() => arrived).toBe(true);
  const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'c1' } };
  expect((await post(gateway.url + tenant.path, tenant.token, cancel, other)).status).toBe(202);
  // What is sent to the server, and answered, after it.
  expect((await post(gateway.url + tenant.path, tenant.token, callOf('slow', {}, 'c2'), other)).status).toBe(200);
  expect(closed).toBe(false);
  expect((await post(gateway.url + tenant.path, tenant.token, cancel, mine)).status).toBe(202);
  await expect.poll(() => closed).toBe(true);
  await running;
  hold = null;
});
