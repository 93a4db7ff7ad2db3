/** Requests for approval as the worker looks after them, with its jobs in Redis and in PostgreSQL. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDatabase, type Database } from '@toolgate/db/database';
import { createGuardedDispatcher } from '@toolgate/egress/guarded-dispatcher';
import type { Service } from '@toolgate/embedded/process';
import { approveCall } from '@toolgate/services/approval/approve';
import { askApproval } from '@toolgate/services/approval/ask';
import { readApproval } from '@toolgate/services/approval/read';
import { readApprovalWebhook } from '@toolgate/services/approval/read-webhook';
import { setApprovalWebhook } from '@toolgate/services/approval/set-webhook';
import { newId } from '@toolgate/services/id';
import { createGrant, createPolicy, createServer } from '@toolgate/testing/factories';
import { startTestRedis } from '@toolgate/testing/redis';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Approvals, startApprovals } from './approvals.ts';
import { expireDue } from './expire-due.ts';
import { forgetArguments } from './forget-arguments.ts';

let t: TestServices;
let worker: Database;
let redis: Service;
beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'));
  redis = await startTestRedis();
});
const ends: (() => unknown)[] = [];
afterEach(async () => {
  while (ends.length > 0) await ends.pop()?.();
});
afterAll(async () => {
  await worker.close();
  await redis.stop();
  await t.stop();
});

const PATIENCE = { timeout: 60_000 };

function start(store: string, ...allow: string[]): Approvals {
  const dispatcher = createGuardedDispatcher({ allow });
  const services = { db: worker, keyRing: t.s.keyRing, now: () => new Date() };
  const jobs = store === 'redis' ? { redisUrl: redis.url } : { databaseUrl: t.database.urlAs('toolgate_worker') };
  const approvals = startApprovals({
    services,
    jobs,
    outlet: { dispatcher, allow },
    dashboardUrl: 'https://toolgate.example',
    mail: null,
    log: () => {},
    // Looking again after what was missed is no part of what is awaited here.
    lookMs: 24 * 3_600_000,
  });
  ends.push(async () => {
    await approvals.stop();
    await dispatcher.destroy();
  });
  return approvals;
}

async function fixture() {
  const { id: organizationId, slug, owner } = await t.organization();
  const server = await createServer(t.s.db, organizationId, { url: 'https://mcp.example.com/mcp', tools: [{ name: 'pay' }] });
  const policy = await createPolicy(t.s.db, organizationId, { document: { version: '1', default: 'deny' } });
  const grant = await createGrant(t.s.db, organizationId, { servers: [{ serverId: server.id, policyId: policy.id }] });
  const ask = async (timeoutMs: number) => {
    const bound = { grantId: grant.id, serverId: server.id, tool: 'pay', toolHash: 'h', policyId: policy.id, policyVersion: 1 };
    const rule = { rule: '/tools/pay/approve_if/0', message: 'Ask.', requiredApprovals: 1, requesterExcluded: false };
    const call = { organizationId, ...bound, argumentsText: '{"secret":"the value"}', client: 'test 1', ...rule, timeoutMs };
    const asked = await askApproval(t.s, call, newId());
    return asked.kind === 'pending' ? asked.approvalId : '';
  };
  const events = () =>
    t.s.db.forOrganization(organizationId, async (tx) => {
      const rows = await tx.auditRecord.findMany({ orderBy: { id: 'asc' } });
      return rows.map(({ record }) => (record as { facts: Record<string, unknown> }).facts).filter(({ kind }) => kind === 'call');
    });
  const state = async (id: string) =>
    (await t.s.db.forOrganization(organizationId, (tx) => tx.approval.findFirst({ where: { id } })))?.state;
  return { organizationId, slug, owner, ask, events, state, grant, server };
}

describe.each(['redis', 'postgres'])('with jobs on %s', (store) => {
  test('a request ends by itself when its time is over, and leaves one event that says so', async () => {
    const { owner, ask, state, events, grant, server } = await fixture();
    start(store);
    const id = await ask(1200);
    const asked = await readApproval(t.s, owner, id);
    await expect.poll(() => state(id), PATIENCE).toBe('expired');
    const [event] = await events();
    expect(Date.parse(String(event?.at))).toBeGreaterThanOrEqual(Number(asked?.expiresAt));
    expect(await events()).toMatchObject([
      {
        decision: 'expired',
        code: 'approval_expired',
        tool: 'pay',
        grant: grant.label,
        server: server.slug,
        rule: '/tools/pay/approve_if/0',
        detail: { approval: { id } },
      },
    ]);
  });

  test('what happened while no worker ran is made up for', async () => {
    const { ask, state, events } = await fixture();
    const id = await ask(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    start(store);
    start(store);
    await expect.poll(() => state(id), PATIENCE).toBe('expired');
    expect(await events()).toHaveLength(1);
  });

  test('the webhook is told once of each request, signed, again after it failed, and never the arguments', async () => {
    const { organizationId, owner, slug, ask } = await fixture();
    const received: { headers: http.IncomingHttpHeaders; body: string }[] = [];
    const receiver = http.createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      received.push({ headers: request.headers, body });
      response.writeHead(received.length === 1 ? 500 : 204).end();
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    ends.push(() => receiver.close());
    const place = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const set = await setApprovalWebhook(t.s, owner, { url: `http://${place}/hook` });
    const secret = set.ok ? set.value.secret : '';
    start(store, place);
    start(store, place);
    const id = await ask(60_000);
    await expect.poll(() => received.length, PATIENCE).toBe(2);
    await expect.poll(() => readApprovalWebhook(t.s, owner), PATIENCE).toMatchObject({ lastError: null, deliveredAt: expect.any(Date) });
    const { headers, body } = received[1]!;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(signed)
      .digest('base64');
    expect(headers).toMatchObject({ 'webhook-id': id, 'webhook-signature': `v1,${expected}` });
    const approvalUrl = `https://toolgate.example/${slug}/approvals/${id}`;
    expect(JSON.parse(body)).toMatchObject({
      type: 'approval.requested',
      data: { organization: slug, approvalId: id, approvalUrl, tool: 'pay' },
    });
    expect(body).not.toContain('the value');
    const row = await t.s.db.forOrganization(organizationId, (tx) => tx.approvalWebhook.findFirst());
    expect(JSON.stringify(row)).not.toContain(secret);
  });
});

test('a private address is not told, and the inbox says why', async () => {
  const { owner, ask } = await fixture();
  await setApprovalWebhook(t.s, owner, { url: 'https://127.0.0.1:8443/hook' });
  start('redis');
  await ask(60_000);
  await expect
    .poll(async () => (await readApprovalWebhook(t.s, owner))?.lastError, PATIENCE)
    .toMatch(/not a public address|private|blocked/i);
});

test('an approval that was used within its fifteen minutes has not expired', async () => {
  const { organizationId, owner, ask, state, events } = await fixture();
  const id = await ask(60_000);
  await approveCall(t.s, owner, { approvalId: id, mode: 'fifteenMinutes' });
  await ask(60_000);
  await t.s.db.forOrganization(organizationId, (tx) => tx.approval.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } }));
  await expireDue(worker.pool);
  expect(await state(id)).toBe('used');
  expect(await events()).toEqual([]);
  expect((await readApproval(t.s, owner, id))?.uses).toBe(1);
});

test('the arguments of old requests are forgotten, the requests are not', async () => {
  const { organizationId, owner, ask } = await fixture();
  const old = await ask(60_000);
  const data = { state: 'denied' as const, pendingHash: null, createdAt: new Date(Date.now() - 91 * 86_400_000), expiresAt: new Date() };
  await t.s.db.forOrganization(organizationId, (tx) => tx.approval.updateMany({ where: { id: old }, data }));
  const recent = await ask(60_000);
  await forgetArguments(worker.pool);
  expect(await readApproval(t.s, owner, old)).toMatchObject({ arguments: null, state: 'denied', tool: 'pay' });
  expect((await readApproval(t.s, owner, recent))?.arguments).toContain('the value');
});
