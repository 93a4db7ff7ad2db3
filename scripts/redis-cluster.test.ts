/** Toolgate on a Redis Cluster: two gateways and the worker as processes, jobs, limits, revocation and the audit log on three real nodes. */
import { urlAsRole } from '@toolgate/db/url';
import { auditStream, shardOf } from '@toolgate/ledger/redis/shard';
import { listEvents } from '@toolgate/services/audit/read';
import type { Actor } from '@toolgate/services/context';
import { createServices } from '@toolgate/services/create-services';
import { createGrant } from '@toolgate/services/grant/create';
import { revokeGrant } from '@toolgate/services/grant/revoke';
import { createPolicy } from '@toolgate/services/policy/create';
import { readServer } from '@toolgate/services/server/read';
import { registerServer } from '@toolgate/services/server/register';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { createOrganization } from '@toolgate/testing/factories';
import { type RecorderUpstream, startRecorderUpstream } from '@toolgate/testing/recorder-upstream';
import { startTestRedisCluster, type TestRedisCluster } from '@toolgate/testing/redis-cluster';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, startApp } from './faults/app.ts';
import { openCaller } from './faults/caller.ts';

const KEYS = `cluster:${Buffer.alloc(32, 6).toString('base64')}`;
const MAX = 6;

let database: TestDatabase;
let cluster: TestRedisCluster;
let upstream: RecorderUpstream;
let services: ReturnType<typeof createServices>;
let gateways: [App, App];
let worker: App;
beforeAll(async () => {
  database = await createTestDatabase();
  cluster = (await startTestRedisCluster()) as TestRedisCluster;
  upstream = await startRecorderUpstream();
  const shared = { REDIS_URL: cluster.url, TOOLGATE_LEDGER: 'redis', TOOLGATE_KEYS: KEYS, TOOLGATE_EGRESS_ALLOW: upstream.host };
  const databaseUrl = urlAsRole(database.ownerUrl, 'toolgate_app');
  const gateway = () => startApp('gateway', { ...shared, DATABASE_URL: databaseUrl, GATEWAY_PORT: '0' });
  gateways = [await gateway(), await gateway()];
  worker = await startApp('worker', { ...shared, DATABASE_URL: urlAsRole(database.ownerUrl, 'toolgate_worker') });
  services = createServices({ databaseUrl, keys: KEYS, ledger: { kind: 'redis', redisUrl: cluster.url }, max: 4 });
});
afterAll(async () => {
  await services.close();
  for (const app of [...gateways, worker]) await app.kill();
  await upstream.stop();
  await cluster.stop();
  await database.drop();
});

const must = async <T>(result: Promise<{ ok: true; value: T } | { ok: false; refusal: unknown }>): Promise<T> => {
  const told = await result;
  if (!told.ok) throw new Error(JSON.stringify(told.refusal));
  return told.value;
};

/** An organization whose server the worker has discovered, and a caller with its grant. */
async function newTenant(tools: object) {
  const { id: organizationId, slug } = await createOrganization(services.db);
  const actor: Actor = { kind: 'operator', organizationId, name: 'test' };
  const server = await must(registerServer(services, actor, { name: 'Recorder', url: upstream.url }));
  await expect.poll(async () => (await readServer(services, actor, server.id))?.status, { timeout: 20_000 }).toBe('ready');
  const policy = await must(createPolicy(services, actor, { name: 'P', source: JSON.stringify({ version: '1', default: 'deny', tools }) }));
  const given = await must(createGrant(services, actor, { label: 'ci', servers: [{ serverId: server.id, policyId: policy.id }] }));
  expect([server.inForce, policy.inForce, given.inForce]).toEqual([true, true, true]);
  const place = { organizationId, policyId: policy.id, serverId: server.id, path: `/${slug}/${server.slug}/mcp`, grant: async () => given };
  const caller = await openCaller(gateways[0].url, place, given.token);
  return { actor, grantId: given.id, call: (gateway = 0) => caller.call((gateways[gateway] as App).url, 'echo') };
}

async function outcomesOf(actor: Actor): Promise<string[]> {
  const { events } = await listEvents(services, actor, { limit: 200 });
  return events.filter(({ tool }) => tool === 'echo').map(({ decision, outcome }) => `${decision} ${outcome}`);
}

test('a server is discovered, calls are counted over both gateways, a revocation is in force at once, and all is in the log', async () => {
  const { actor, grantId, call } = await newTenant({ echo: { limits: [{ counter: 'e', window: 'hour', max: MAX, scope: 'grant' }] } });
  const seen = upstream.calls.length;
  const answers = await Promise.all(Array.from({ length: 2 * MAX }, (_, i) => call(i % 2)));
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(MAX);
  // On a busy machine a node may take longer than the gateway waits for it: 503, and nothing was decided.
  const refused = answers.filter(({ allowed, status }) => !allowed && status !== 503);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['limit_reached']));
  expect(upstream.calls.length - seen).toBe(MAX);

  expect(await must(revokeGrant(services, actor, { grantId }))).toMatchObject({ inForce: true });
  expect([(await call(0)).status, (await call(1)).status]).toEqual([401, 401]);

  const logged = async () => {
    const outcomes = await outcomesOf(actor);
    return [outcomes.filter((each) => each === 'allowed ok').length, outcomes.filter((each) => each.startsWith('limited')).length];
  };
  await expect.poll(logged, { timeout: 20_000 }).toEqual([MAX, refused.length]);
});

/** So many organizations on the first node of the cluster, and as many on others. */
async function tenantsOnBothSides(each: number) {
  const first = new Redis(cluster.nodes[0]?.url as string);
  const here: Awaited<ReturnType<typeof newTenant>>[] = [];
  const elsewhere: typeof here = [];
  while (here.length < each || elsewhere.length < each) {
    const tenant = await newTenant({ echo: {} });
    const slot = Number(await first.cluster('KEYSLOT', auditStream(shardOf(tenant.actor.organizationId))));
    (slot < SLOTS_OF_FIRST ? here : elsewhere).push(tenant);
  }
  first.disconnect();
  return { here: here.slice(0, each), elsewhere: elsewhere.slice(0, each) };
}

const SLOTS_OF_FIRST = Math.ceil(16384 / 3);

test('while a node hangs, organizations on it are refused and the others answered; then all are answered again, and every call is in the log', async () => {
  const { here, elsewhere } = await tenantsOnBothSides(2);
  const tenants = [...here, ...elsewhere].map((tenant) => ({ ...tenant, passed: 0 }));
  const callAll = async () => {
    const answers = await Promise.all(tenants.map(({ call }) => call()));
    answers.forEach(({ allowed }, i) => {
      if (allowed) (tenants[i] as { passed: number }).passed++;
    });
    return answers.map(({ status }) => status);
  };
  await expect.poll(callAll, { timeout: 10_000 }).toEqual([200, 200, 200, 200]);
  const before = tenants.map(({ passed }) => passed);
  const { pid } = cluster.nodes[0] as { pid: number };
  process.kill(pid, 'SIGSTOP');
  try {
    for (let i = 0; i < 3; i++) await expect.poll(callAll, { timeout: 10_000 }).toEqual([503, 503, 200, 200]);
    expect(tenants.slice(0, 2).map(({ passed }) => passed)).toEqual(before.slice(0, 2));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await expect.poll(callAll, { timeout: 5000 }).toEqual([200, 200, 200, 200]);
  for (const { actor, passed } of tenants) {
    const inLog = async () => (await outcomesOf(actor)).filter((each) => each === 'allowed ok').length;
    await expect.poll(inLog, { timeout: 20_000 }).toBe(passed);
  }
});
