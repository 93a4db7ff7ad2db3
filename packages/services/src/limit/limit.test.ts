import { randomUUID } from 'node:crypto';
import { auditFacts } from '@toolgate/audit/event';
import { createLedger } from '@toolgate/ledger/create';
import { createRecordedCounterReader } from '@toolgate/ledger/embedded/recorded-counter-reader';
import { limitKey } from '@toolgate/ledger/limit-key';
import { createGrant, createPolicy, createServer } from '@toolgate/testing/factories';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../context.ts';
import { readGrantUse, readPolicyUse, type UseReading } from './read-use.ts';

let t: TestServices;
let s: UseReading;
beforeAll(async () => {
  t = await startTestServices();
  s = { ...t.s, counters: createRecordedCounterReader(t.s.db.pool, { patienceMs: 60_000 }) };
});
afterAll(() => t.stop());

const DOCUMENT = {
  version: '1',
  default: 'deny',
  all_tools: { limits: [{ counter: 'all', window: 'day', max: 100, scope: 'organization' }] },
  tools: {
    draw: {
      limits: [
        { counter: 'draws', window: 'hour', max: 30 },
        { concurrency: 4, scope: 'server' },
      ],
    },
    spend: { limits: [{ counter: 'spent', window: 'day', max: 50, by: 'args.amount' }] },
    quiet: { mode: 'shadow', limits: [{ counter: 'quiet', window: 'minute', max: 1 }] },
    gone: { action: 'deny', limits: [{ counter: 'gone', window: 'minute', max: 1 }] },
  },
};

/** Two grants on one server; the first has calls. */
async function used() {
  const { id: organizationId, owner } = await t.organization();
  const server = await createServer(t.s.db, organizationId, { url: 'https://mcp.example.com/mcp', tools: [{ name: 'draw' }] });
  const policy = await createPolicy(t.s.db, organizationId, { document: DOCUMENT });
  const servers = [{ serverId: server.id, policyId: policy.id }];
  const [grant, other] = [await createGrant(t.s.db, organizationId, { servers }), await createGrant(t.s.db, organizationId, { servers })];
  const ledger = createLedger({ kind: 'embedded', pool: t.s.db.pool, gatewayId: 'gw', answerMs: 60_000 });
  const { epoch } = await t.s.db.forOrganization(organizationId, (tx) =>
    tx.organization.findUniqueOrThrow({ where: { id: organizationId } }),
  );
  const ids = { grantId: grant.id, serverId: server.id };
  const charge = (scope: 'grant' | 'organization', name: string, windowMs: number, amount: number) => ({
    ...{ key: limitKey(scope, name, ids), windowMs, amountMicros: amount * 1e6, maxMicros: 1e9, onUnavailable: 'deny' as const },
  });
  for (let call = 0; call < 3; call++) {
    const admitted = await ledger.admit({
      organizationId,
      epoch,
      callId: randomUUID(),
      facts: auditFacts({ id: randomUUID(), organizationId, at: new Date().toISOString(), kind: 'call', decision: 'allowed' }),
      charges: [
        charge('grant', 'draws', 3_600_000, 1),
        charge('grant', 'spent', 86_400_000, 2.5),
        charge('organization', 'all', 86_400_000, 1),
      ],
      leases: [{ key: limitKey('server', 'tool:draw', ids), max: 4, ttlMs: 3_600_000 }],
    });
    expect(admitted).toMatchObject({ kind: 'admitted' });
  }
  await ledger.close();
  return { organizationId, owner, policy, grant, other, server };
}

test('every limit in force is told with what each of its owners has used, the most used first, and nothing of shadow or denying rules', async () => {
  const { owner, policy, grant, other } = await used();
  const read = await readPolicyUse(s, owner, { policyId: policy.id });
  expect(read?.source).toBe('recorded');
  expect(read?.limits.map(({ tool, says, owners }) => [tool, says, owners.map(({ id, usedMicros }) => [id, usedMicros / 1e6])])).toEqual([
    [null, 'at most 100 calls per day per organization', [['', 3]]],
    [
      'draw',
      'at most 30 calls per hour per grant',
      [
        [grant.id, 3],
        [other.id, 0],
      ],
    ],
    ['draw', 'at most 4 calls at once per server', [[expect.any(String), 3]]],
    [
      'spend',
      'at most 50 of args.amount per day per grant',
      [
        [grant.id, 7.5],
        [other.id, 0],
      ],
    ],
  ]);
  const [draws] = read?.limits.filter(({ name }) => name === 'draws') ?? [];
  expect(draws?.owners[0]?.nextFreeInMs).toBeGreaterThan(1_800_000);
  expect(draws?.owners[1]?.nextFreeInMs).toBeNull();
});

test('a grant is told of its own counters and of those that it shares, by policy', async () => {
  const { owner, policy, other } = await used();
  const read = await readGrantUse(s, owner, { grantId: other.id });
  expect(read?.policies).toMatchObject([{ policyId: policy.id, version: 1, servers: [expect.any(String)] }]);
  expect(read?.policies[0]?.limits.map(({ name, owners }) => [name, owners.map(({ usedMicros }) => usedMicros / 1e6)])).toEqual([
    ['all', [3]],
    ['draws', [0]],
    ['tool:draw', [3]],
    ['spent', [0]],
  ]);
});

test('a counter that the reader does not know has no number, and a ledger that is away is a fault and not a zero', async () => {
  const { owner, policy } = await used();
  const blind = {
    ...s.counters,
    read: async (_: string, asked: { counters: readonly unknown[]; leases: readonly unknown[] }) => ({
      counters: asked.counters.map(() => null),
      running: asked.leases.map(() => null),
    }),
  };
  const read = await readPolicyUse({ ...s, counters: blind }, owner, { policyId: policy.id });
  expect(read?.limits.flatMap(({ owners }) => owners)).toEqual([]);
  const away = { ...s.counters, read: () => Promise.reject(new Error('away')) };
  await expect(readPolicyUse({ ...s, counters: away }, owner, { policyId: policy.id })).rejects.toThrow('away');
});

test('nothing is told to another organization, nor to somebody without the permission', async () => {
  const [{ owner, policy, grant }, stranger] = [await used(), await t.organization()];
  const nobody = { ...owner, role: 'none' } as unknown as Actor;
  for (const actor of [stranger.owner, nobody]) {
    expect(await readPolicyUse(s, actor, { policyId: policy.id })).toBeNull();
    expect(await readGrantUse(s, actor, { grantId: grant.id })).toBeNull();
  }
  const viewer = await t.member(owner.organizationId, 'viewer');
  expect((await readPolicyUse(s, viewer, { policyId: policy.id }))?.limits).toHaveLength(4);
});
