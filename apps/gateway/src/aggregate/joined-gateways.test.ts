/** An organization's URL on two gateways, which know of each other nothing but what is in the ledger and in the tokens. */
import { approveCall } from '@toolgate/services/approval/approve';
import { listApprovals } from '@toolgate/services/approval/read';
import type { Actor } from '@toolgate/services/context';
import { createServices } from '@toolgate/services/create-services';
import { newId } from '@toolgate/services/id';
import type { ToolFactory } from '@toolgate/testing/factories';
import { RECORDER_TOOLS } from '@toolgate/testing/recorder-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFixture, type Fixture, initialize, post, servicesOptions } from '../testing/fixture.ts';
import { joinedTenant, OPEN_POLICY } from '../testing/joined-tenant.ts';
import type { RunningGateway } from '../wiring.ts';

const TOOLS = RECORDER_TOOLS as ToolFactory[];
const ASKS = {
  echo: { approve_if: [{ conditions: [{ path: 'args.n', op: 'gt', value: 10 }], message: 'A person looks at large ones.' }] },
};

let fixture: Fixture;
let one: RunningGateway;
let two: RunningGateway;

beforeAll(async () => {
  fixture = await createFixture('redis', { answers: 'json' }, { GATEWAY_APPROVAL_HOLD_MS: '200' });
  [one, two] = [await fixture.start(), await fixture.start()];
});
afterAll(() => fixture?.stop());

const tenantOf = (document: object) =>
  joinedTenant(fixture, one, [
    { slug: 'a', url: fixture.upstream.url, tools: TOOLS, document },
    { slug: 'b', url: fixture.upstream.url, tools: TOOLS },
  ]);

const callText = (name: string, args: string) =>
  `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"${name}","arguments":${args}}}`;

test('a session that one of them opened is the same on the other: the servers are asked in the sessions that they opened', async () => {
  const tenant = await tenantOf(OPEN_POLICY);
  const opened = await post(tenant.url, tenant.token, initialize);
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
  const sessions = fixture.upstream.sessions;
  const other = tenant.url.replace(one.url, two.url);
  expect(await (await post(other, tenant.token, callText('b__echo', '{"n":1}'), session)).text()).toContain('{\\"n\\":1}');
  expect(await (await post(other, tenant.token, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, session)).text()).toContain('a__echo');
  expect(fixture.upstream.sessions).toBe(sessions);
});

test('an approval is of one call: other arguments, or the same tool of another server, do not pass by it', async () => {
  const tenant = await tenantOf({ ...OPEN_POLICY, tools: ASKS });
  const s = createServices(servicesOptions(fixture));
  try {
    const userId = newId();
    await s.db.prisma.user.create({ data: { id: userId, email: `${userId}@example.com`, name: 'Ada' } });
    await s.db.forOrganization(tenant.organizationId, (tx) =>
      tx.membership.create({ data: { organizationId: tenant.organizationId, userId, role: 'owner' } }),
    );
    const ada: Actor = { kind: 'member', organizationId: tenant.organizationId, userId, name: 'Ada', role: 'owner' };
    const call = async (args: string) => (await post(tenant.url, tenant.token, callText('a__echo', args))).text();
    expect(await call('{"n":11}')).toContain('approval_required');
    const [approval] = await listApprovals(s, ada);
    expect(approval).toMatchObject({ tool: 'echo' });
    expect(await approveCall(s, ada, { approvalId: approval!.id, mode: 'once' })).toMatchObject({ ok: true });
    const calls = fixture.upstream.calls.length;
    expect(await call('{"n":12}')).toContain('approval_required');
    expect(fixture.upstream.calls.length).toBe(calls);
    expect(await call('{"n":11}')).toContain('{\\"n\\":11}');
    expect(await call('{"n":11}')).toContain('approval_required');
  } finally {
    await s.close();
  }
});
