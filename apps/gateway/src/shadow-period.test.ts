/** A shadow period as callers meet it: the version in force decides, the next one is recorded beside it, and then it takes its place. */
import { auditStream, shardOf } from '@toolgate/ledger/redis/shard';
import type { Actor, Services } from '@toolgate/services/context';
import { discardShadow } from '@toolgate/services/policy/discard-shadow';
import { endShadow } from '@toolgate/services/policy/end-shadow';
import { publishPolicy } from '@toolgate/services/policy/publish';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const NOW = { version: '1', default: 'deny', methods: { 'prompts/*': 'allow' }, tools: { echo: {}, slow: {} } };
const NEXT = JSON.stringify({
  version: '1',
  default: 'deny',
  tools: {
    echo: {
      deny_if: [{ conditions: [{ path: 'args.text', op: 'eq', value: 'no' }] }],
      limits: [{ counter: 'echoes', window: 'hour', max: 2 }],
    },
    fail: {},
  },
});

describe.each(['embedded', 'redis'] as const)('with the %s ledger', (kind) => {
  let fixture: Fixture;
  let s: Services;
  let url: string;
  beforeAll(async () => {
    fixture = await createFixture(kind, { answers: 'json' });
    ({ url } = await fixture.start());
    const { db, epochs, settings } = fixture;
    // Nothing here is left to the worker.
    s = { db, epochs, jobs: {} as Services['jobs'], keyRing: settings.keyRing, now: () => new Date() };
  });
  afterAll(() => fixture.stop());

  async function inShadow() {
    const tenant = await fixture.tenant(NOW);
    const actor: Actor = { kind: 'operator', organizationId: tenant.organizationId, name: 'Ada' };
    const shadowUntil = new Date(Date.now() + 3_600_000).toISOString();
    const headers = await sessionOf(tenant);
    const ask = async (body: object) => {
      const answer = await post(url + tenant.path, tenant.token, body, headers);
      return (await answer.json()) as { result?: { tools?: { name: string }[]; isError?: boolean } };
    };
    const call = async (name: string, args: object = {}) => decisionOf((await ask(callOf(name, args))).result).code ?? 'passed';
    // What is known before is not what is decided by after.
    expect(await call('echo')).toBe('passed');
    const published = await publishPolicy(s, actor, { policyId: tenant.policyId, source: NEXT, shadowUntil });
    expect(published).toMatchObject({ value: { version: 2, inForce: true } });
    return { tenant, actor, ask, call };
  }

  async function sessionOf(tenant: Tenant): Promise<Record<string, string>> {
    const opened = await post(url + tenant.path, tenant.token, initialize);
    return { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
  }

  /** The facts of the calls since the shadow period began, oldest first. */
  async function facts(tenant: Tenant): Promise<[unknown, unknown, unknown][]> {
    const records = kind === 'redis' ? await streamOf(fixture, tenant) : await recordsOf(fixture.db, tenant.organizationId);
    return records
      .flatMap((record) => (record.facts?.kind === 'call' ? [record.facts] : []))
      .slice(1)
      .map(({ decision, policyVersion, detail }) => [decision, policyVersion, detail.shadow ?? null]);
  }

  test('the version in force decides and lists; what the next one would have decided otherwise is recorded with its version', async () => {
    const { tenant, ask, call } = await inShadow();
    expect(await call('echo', { text: 'yes' })).toBe('passed');
    expect(await call('echo', { text: 'no' })).toBe('passed');
    expect(await call('slow', { ms: 0 })).toBe('passed');
    expect(await call('fail')).toBe('default_deny');
    expect(await call('progress')).toBe('default_deny');
    const { result } = await ask({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    expect(result?.tools?.map(({ name }) => name).sort()).toEqual(['echo', 'slow']);
    await ask({ jsonrpc: '2.0', id: 3, method: 'prompts/list' });
    const rule = '/tools/echo/deny_if/0';
    expect(await facts(tenant)).toEqual([
      ['allowed', 1, null],
      ['allowed', 1, { effect: 'deny', code: 'deny_if_matched', rule, version: 2 }],
      ['allowed', 1, { effect: 'deny', code: 'default_deny', rule: '/default', version: 2 }],
      ['denied', 1, { effect: 'allow', code: 'allowed', rule: null, version: 2 }],
      ['denied', 1, null],
      ['allowed', 1, { effect: 'deny', code: 'denied', rule: null, version: 2 }],
    ]);
  });

  test('its limits are counted apart and refuse nobody: the log says which call would have been too many', async () => {
    const { tenant, call } = await inShadow();
    for (let index = 0; index < 3; index++) expect(await call('echo', { text: 'yes' })).toBe('passed');
    const limit = { effect: 'limit', code: 'limit_reached', rule: '/tools/echo/limits/0', version: 2 };
    expect(await facts(tenant)).toEqual([
      ['allowed', 1, null],
      ['allowed', 1, null],
      ['allowed', 1, limit],
    ]);
  });

  test('ended, it decides the very next call; discarded, nothing of it is left', async () => {
    const ended = await inShadow();
    expect(await endShadow(s, ended.actor, { policyId: ended.tenant.policyId })).toMatchObject({ value: { version: 2, inForce: true } });
    expect(await ended.call('echo', { text: 'no' })).toBe('deny_if_matched');
    expect(await facts(ended.tenant)).toEqual([['denied', 2, null]]);
    const discarded = await inShadow();
    const { policyId } = discarded.tenant;
    expect(await discardShadow(s, discarded.actor, { policyId })).toMatchObject({ value: { version: 2, inForce: true } });
    expect(await discarded.call('echo', { text: 'no' })).toBe('passed');
    expect(await facts(discarded.tenant)).toEqual([['allowed', 1, null]]);
  });
});

async function streamOf({ redis }: Fixture, { organizationId }: Tenant): Promise<Recorded[]> {
  const client = new Redis(redis?.url as string);
  const entries = await client.xrange(auditStream(shardOf(organizationId)), '-', '+');
  client.disconnect();
  const all = entries.map(([, fields]) => JSON.parse(fields[1] as string) as Recorded);
  return all.filter(({ facts }) => facts?.organizationId === organizationId);
}
