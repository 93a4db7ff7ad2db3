/** Limits as a caller meets them: calls in flight, what is given back, shadow limits, and what passes while the ledger is away. */
import { auditStream, shardOf } from '@toolgate/ledger/redis/shard';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  callOf,
  createFixture,
  decisionOf,
  type Fixture,
  initialize,
  post,
  type Recorded,
  recordsOf,
  type Tenant,
} from './testing/fixture.ts';
import { HOLD, holdCalls } from './testing/held-calls.ts';

let fixture: Fixture;
let url: string;
let redis: Redis;
const held = holdCalls();
beforeAll(async () => {
  fixture = await createFixture('redis', { answers: 'json', intercept: held.intercept });
  ({ url } = await fixture.start());
  redis = new Redis(fixture.redis?.url as string);
});
afterAll(async () => {
  redis.disconnect();
  await fixture.stop();
});

interface ToolResult {
  content: { text: string }[];
  isError?: boolean;
}

/** A client whose session is open. */
async function caller(tools: object, of: Pick<Fixture, 'tenant'> = fixture, at = url) {
  const tenant = await of.tenant({ version: '1', default: 'deny', tools });
  const opened = await post(at + tenant.path, tenant.token, initialize);
  const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
  let id = 0;
  const call = async (name: string, args: object = {}) => {
    const response = await post(at + tenant.path, tenant.token, callOf(name, args, ++id), headers);
    const { result } = response.status === 200 ? ((await response.json()) as { result: ToolResult }) : {};
    return { status: response.status, result, ...decisionOf(result ?? {}) };
  };
  return { tenant, call };
}

async function records({ organizationId }: Tenant): Promise<Recorded[]> {
  const entries = await redis.xrange(auditStream(shardOf(organizationId)), '-', '+');
  const all = entries.map(([, fields]) => JSON.parse(fields[1] as string));
  return all.filter((record) => (record.facts ?? record).organizationId === organizationId);
}

test('no more calls in flight than the policy says; the place of one that ended is free', async () => {
  const { call, tenant } = await caller({ slow: { limits: [{ concurrency: 2, scope: 'grant' }] } });
  const running = [call('slow', HOLD), call('slow', HOLD)];
  await expect.poll(() => held.count).toBe(2);
  const refused = await call('slow', { ms: 0 });
  expect(refused).toMatchObject({ status: 200, code: 'limit_reached', rule: '/tools/slow/limits/0' });
  held.release();
  expect((await Promise.all(running)).map(({ result }) => result?.isError ?? false)).toEqual([false, false]);
  await expect.poll(async () => (await call('slow', { ms: 0 })).code).toBeUndefined();
  const limited = (await records(tenant)).filter(({ facts }) => facts?.decision === 'limited');
  expect(limited[0]).toMatchObject({
    type: 'event',
    facts: { rule: '/tools/slow/limits/0', detail: { limit: { max: 2, scope: 'grant' } } },
  });
});

test('a tool error gives the charge back where the limit says so', async () => {
  const limit = { counter: 'fails', window: 'hour', max: 1 };
  const given = await caller({ fail: { limits: [{ ...limit, refund_on: ['tool_error'] }] } });
  const kept = await caller({ fail: { limits: [limit] } });
  for (let i = 0; i < 3; i++) {
    expect((await given.call('fail')).code).toBeUndefined();
    // The answer comes before the end is told.
    await expect.poll(async () => (await records(given.tenant)).filter(({ end }) => end?.refunded).length).toBe(i + 1);
  }
  expect([(await kept.call('fail')).code, (await kept.call('fail')).code]).toEqual([undefined, 'limit_reached']);
});

test('a full counter is one event in the log, which says what the caller was told', async () => {
  const { call, tenant } = await caller({ echo: { limits: [{ counter: 'e', window: 'hour', max: 1 }] } });
  await call('echo');
  const { result } = await call('echo', { a: 1 });
  const told = decisionOf(result) as { limit?: { resetAt: string } };
  const events = (await records(tenant)).filter(({ type }) => type === 'event');
  expect(events).toHaveLength(1);
  const [{ facts }] = events as [Recorded];
  expect(facts).toMatchObject({
    decision: 'limited',
    tool: 'echo',
    policyVersion: 1,
    detail: { argumentKeys: ['a'], limit: { counter: 'e', max: 1 } },
  });
  expect(facts).toMatchObject({ detail: { limit: { resetAt: told.limit?.resetAt } } });
  expect(facts?.detail.trace).toContainEqual({ step: 'limits', result: 'full', rule: '/tools/echo/limits/0', note: 'e' });
  expect(result?.content[0]?.text).toContain(String(facts?.message).replace(/\.$/, ''));
});

test('a limit of a shadow rule refuses nobody, and the log says that it would have', async () => {
  const { call, tenant } = await caller({ echo: { mode: 'shadow', limits: [{ counter: 'e', window: 'hour', max: 1 }] } });
  expect([(await call('echo')).code, (await call('echo')).code]).toEqual([undefined, undefined]);
  const shadows = (await records(tenant)).filter(({ type }) => type === 'intent').map(({ facts }) => facts?.detail.shadow);
  expect(shadows).toEqual([undefined, { effect: 'limit', code: 'limit_reached', rule: '/tools/echo/limits/0' }]);
});

test('while Redis hangs only what says `on_unavailable: allow` passes, with its intent in PostgreSQL', async () => {
  const own = await createFixture('redis', { answers: 'json' }, { GATEWAY_STORE_TIMEOUT_MS: '5000' });
  const { pid } = own.redis as { pid: number };
  try {
    const limit = { counter: 'e', window: 'hour', max: 5 };
    const tools = {
      echo: { limits: [{ ...limit, on_unavailable: 'allow' }] },
      slow: { limits: [{ ...limit, counter: 's' }] },
      progress: {},
    };
    const { url: at } = await own.start();
    await expect.poll(async () => (await fetch(`${at}/readyz`)).status).toBe(200);
    const { call, tenant } = await caller(tools, own, at);
    await call('echo');
    process.kill(pid, 'SIGSTOP');
    const seen = own.upstream.calls.length;
    // It does not answer until it is told to go on: who is answered is so without it.
    expect((await call('slow')).status).toBe(503);
    expect([(await call('echo')).status, (await call('slow')).status, (await call('progress')).status]).toEqual([200, 503, 503]);
    process.kill(pid, 'SIGCONT');
    expect(own.upstream.calls.length).toBe(seen + 1);
    await expect
      .poll(() => recordsOf(own.db, tenant.organizationId))
      .toMatchObject([{ type: 'intent', facts: { tool: 'echo', detail: { uncounted: true } } }, { type: 'end' }]);
    await expect.poll(async () => (await call('slow')).status).toBe(200);
  } finally {
    process.kill(pid, 'SIGCONT');
    await own.stop();
  }
});
