/** Every way a request can end is one event: each is produced through a real gateway, chained by the real worker, and read from the log. */
import { createHash } from 'node:crypto';
import { canonical, chainHash, verifyChain } from '@toolgate/audit/chain';
import { DECISIONS, OUTCOMES } from '@toolgate/audit/decisions';
import { approveCall } from '@toolgate/services/approval/approve';
import { listApprovals } from '@toolgate/services/approval/read';
import type { Actor } from '@toolgate/services/context';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { answerOver } from '../testing/answer-over.ts';
import { type DrainedLog, startDrainedLog } from '../testing/drained-log.ts';
import { callOf, createFixture, type Fixture, post, type Tenant } from '../testing/fixture.ts';
import type { RunningGateway } from '../wiring.ts';

// A gateway is gone when it was not seen for twenty seconds, and each of the others may take its time on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

const OPEN = ['echo', 'fail', 'slow', 'dies', 'broken', 'hangs', 'held'];
const TOOLS = [...OPEN, 'capped', 'closed', 'asks', 'hurries'].map((name) => ({ name }));
const POLICY = {
  version: '1',
  default: 'deny',
  tools: {
    ...Object.fromEntries(OPEN.map((name) => [name, {}])),
    capped: { limits: [{ counter: 'capped_rate', window: 'hour', max: 1, scope: 'grant' }] },
    asks: { approve_if: [{ conditions: [], timeout: '1h' }] },
    hurries: { approve_if: [{ conditions: [], timeout: '1s' }] },
  },
};

let fixture: Fixture;
let gateway: RunningGateway;
let tenant: Tenant;
let log: DrainedLog;
let ada: Actor;
/** Lets the calls of `slow` be answered. */
let answerSlow = () => {};
const isTimeForSlow = new Promise<void>((resolve) => {
  answerSlow = resolve;
});

beforeAll(async () => {
  fixture = await createFixture(
    'redis',
    {
      intercept: ({ message }, response) => {
        const tool = (message?.params as { name?: string } | undefined)?.name;
        const result = (content: object) =>
          response
            .writeHead(200, { 'content-type': 'application/json' })
            .end(JSON.stringify({ jsonrpc: '2.0', id: message?.id, result: content }));
        if (message?.method !== 'tools/call') return false;
        if (tool === 'dies') response.destroy();
        else if (tool === 'broken') response.writeHead(500).end('no');
        else if (tool === 'fail') result({ content: [], isError: true });
        else if (tool === 'slow') void isTimeForSlow.then(() => result({ content: [] }));
        else if (tool !== 'hangs' && tool !== 'held') result({ content: [] });
        return true;
      },
    },
    // Those that answer need less, also on a busy machine.
    { GATEWAY_CALL_TIMEOUT_MS: '8000', GATEWAY_APPROVAL_HOLD_MS: '200' },
  );
  gateway = await fixture.start();
  tenant = await fixture.tenant(POLICY, TOOLS);
  log = await startDrainedLog(fixture);
  ada = await log.member(tenant, 'owner');
});
afterAll(async () => {
  await log?.stop();
  await fixture?.stop();
});

const calls = (tool: string, args: object = {}, url = gateway.url) =>
  post(url + tenant.path, tenant.token, callOf(tool, args)).then((response) => response.text());
const arrived = async (tool: string) =>
  expect.poll(() => fixture.upstream.calls.some(({ message }) => message?.params?.name === tool)).toBe(true);
const callEvents = async () => (await log.events(tenant)).filter(({ kind }) => kind === 'call');
const eventsAre = (count: number, message: string) =>
  expect.poll(async () => (await callEvents()).length, { message, timeout: 120_000 }).toBe(count);

type Ending = [decision: string, outcome: string | null, code: string | RegExp];

/** What makes each outcome happen, the event that it is, and, where it takes other calls to come so far, their events before it. */
const ENDINGS: Record<string, { run(): Promise<unknown>; event: Ending; before?: Ending[] }> = {
  allowed: { run: () => calls('echo'), event: ['allowed', 'ok', 'allowed'] },
  'tool error': { run: () => calls('fail'), event: ['allowed', 'tool_error', 'allowed'] },
  denied: { run: () => calls('closed'), event: ['denied', null, 'default_deny'] },
  'an unknown tool': { run: () => calls('nowhere'), event: ['denied', null, 'tool_quarantined'] },
  limited: {
    run: async () => {
      const { length } = await callEvents();
      await calls('capped');
      // Its event comes with its end, which the gateway tells after the answer.
      await eventsAre(length + 1, 'before limited');
      await calls('capped');
    },
    before: [['allowed', 'ok', 'allowed']],
    event: ['limited', null, 'limit_reached'],
  },
  pending: { run: () => calls('asks'), event: ['pending', null, 'approval_required'] },
  approved: {
    run: async () => {
      const [waiting] = await listApprovals(log.s, ada);
      expect(await approveCall(log.s, ada, { approvalId: waiting!.id, mode: 'once' })).toMatchObject({ ok: true });
      await calls('asks');
    },
    event: ['approved', 'ok', 'allowed'],
  },
  expired: {
    run: () => calls('hurries'),
    before: [['pending', null, 'approval_required']],
    event: ['expired', null, 'approval_expired'],
  },
  rejected: { run: () => post(gateway.url + tenant.path, tenant.token, '{"jsonrpc":'), event: ['rejected', null, /./] },
  'an unknown method': {
    run: () => post(gateway.url + tenant.path, tenant.token, { jsonrpc: '2.0', id: 1, method: 'tools/destroy' }),
    event: ['rejected', null, 'method_not_found'],
  },
  unauthenticated: {
    run: () => post(gateway.url + tenant.path, null, callOf('echo')),
    event: ['unauthenticated', null, 'unauthenticated'],
  },
  'upstream error': { run: () => calls('broken'), event: ['allowed', 'upstream_error', /./] },
  'an upstream that hangs up': { run: () => calls('dies'), event: ['allowed', 'upstream_error', /./] },
  timeout: { run: () => calls('hangs'), event: ['allowed', 'timeout', /timeout/] },
  'client gone': {
    run: async () => {
      const leaving = new AbortController();
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${tenant.token}`,
      };
      const body = JSON.stringify(callOf('slow'));
      const over = answerOver(tenant.path);
      const sent = fetch(gateway.url + tenant.path, { method: 'POST', headers, body, signal: leaving.signal }).catch(() => {});
      await arrived('slow');
      // It is answered when the gateway knows that nobody waits for it.
      leaving.abort();
      await Promise.all([sent, over]);
      answerSlow();
    },
    event: ['allowed', 'client_gone', /./],
  },
  unknown: {
    run: async () => {
      const doomed = await log.startGateway({ GATEWAY_CALL_TIMEOUT_MS: '300000' });
      const sent = calls('held', {}, doomed.url).catch(() => {});
      await arrived('held');
      doomed.process.kill('SIGKILL');
      await sent;
    },
    event: ['allowed', 'unknown', 'gateway_gone'],
  },
};

/** What docs/audit.md promises an event of. */
const PROMISED = [
  ...['allowed', 'denied', 'limited', 'pending', 'approved', 'expired', 'rejected', 'unauthenticated'],
  ...['upstream error', 'timeout', 'client gone', 'unknown'],
];

test('each outcome is one event, of its own kind, and together they are a chain that verifies', async () => {
  const expected: Ending[] = [];
  for (const [name, { run, event, before = [] }] of Object.entries(ENDINGS)) {
    await run();
    expected.push(...before, event);
    await eventsAre(expected.length, name);
    for (const [at, [decision, outcome, code]] of [...before, event].entries()) {
      const made = (await callEvents()).at(at - before.length - 1)!;
      expect([made.decision, made.outcome], name).toEqual([decision, outcome]);
      expect(made.code ?? '', name).toMatch(code);
      expect(made, name).toMatchObject({ organizationId: tenant.organizationId, server: tenant.serverSlug });
    }
  }
  const list = await log.events(tenant);
  // Beside the calls only the person's answer.
  expect(list.filter(({ kind }) => kind === 'change').map(({ action }) => action)).toEqual(['approval.approve']);
  expect(list.filter(({ kind }) => kind === 'call').map(({ decision, outcome }) => [decision, outcome])).toEqual(
    expected.map(([decision, outcome]) => [decision, outcome]),
  );
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(verifyChain(list, sha256)).toMatchObject({ ok: true, head: { seq: list.length } });
  expect(chainHash(list[0]!.prevHash, canonical(list[0]!), sha256)).toBe(list[0]!.hash);
  expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
});

test('nothing that the log can say of a call is left out above', () => {
  expect(Object.keys(ENDINGS)).toEqual(expect.arrayContaining(PROMISED));
  const said = Object.values(ENDINGS).map(({ event }) => event);
  expect(new Set(said.map(([decision]) => decision))).toEqual(new Set(DECISIONS));
  expect(new Set(said.flatMap(([, outcome]) => outcome ?? []))).toEqual(new Set(OUTCOMES));
});
