/** Toolgate on a Redis Cluster: two gateways and the worker as processes, jobs, limits, revocation and the audit log on three real nodes. */
import { urlAsRole } from '@toolgate/db/url';
import { auditStream, shardOf } from '@toolgate/ledger/redis/shard';
import { listEvents } from '@toolgate/services/audit/read';
import type { Actor } from '@toolgate/services/context';
import { createServices } from '@toolgate/services/create-services';
import { createGrant } from '@toolgate/services/grant/create';
import { revokeGrant } from '@toolgate/services/grant/revoke';
import { isInForce } from '@toolgate/services/organization/is-in-force';
import { createPolicy } from '@toolgate/services/policy/create';
import { readServer } from '@toolgate/services/server/read';
import { rediscoverServer } from '@toolgate/services/server/rediscover';
import { registerServer } from '@toolgate/services/server/register';
import { createTestDatabase, type TestDatabase } from '@toolgate/testing/databases';
import { createOrganization } from '@toolgate/testing/factories';
import { type RecorderUpstream, startRecorderUpstream } from '@toolgate/testing/recorder-upstream';
import { startTestRedisCluster, type TestRedisCluster } from '@toolgate/testing/redis-cluster';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type App, startApp } from './faults/app.ts';
import { type Answer, openCaller } from './faults/caller.ts';

/** So long a gateway waits for a node on a machine that is busy; for one that hangs it waits no longer. */
const STORE_MS = 5000;
const PATIENCE = { timeout: 90_000 };
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
  const stores = { REDIS_URL: cluster.url, TOOLGATE_LEDGER: 'redis', GATEWAY_STORE_TIMEOUT_MS: String(STORE_MS) };
  const shared = { ...stores, TOOLGATE_KEYS: KEYS, TOOLGATE_EGRESS_ALLOW: upstream.host };
  const databaseUrl = urlAsRole(database.ownerUrl, 'toolgate_app');
  const gateway = () => startApp('gateway', { ...shared, DATABASE_URL: databaseUrl, GATEWAY_PORT: '0' });
  gateways = [await gateway(), await gateway()];
  worker = await startApp('worker', { ...shared, DATABASE_URL: urlAsRole(database.ownerUrl, 'toolgate_worker') });
  services = createServices({ databaseUrl, keys: KEYS, ledger: { kind: 'redis', redisUrl: cluster.url }, max: 4, patienceMs: 60_000 });
  // Connected: the first time may take longer than a change waits for.
  await vi.waitFor(() => services.epochs.publishEpoch('warm-up', 1), PATIENCE);
  await vi.waitFor(() => services.jobs.discoverServer({ organizationId: 'warm-up', serverId: 'none' }), PATIENCE);
}, 300_000);
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

/** The worker finishes what this process could not tell the ledger in time. */
const inForce = (actor: Actor) => expect.poll(() => isInForce(services, actor), PATIENCE).toBe(true);

/** An organization whose server the worker has discovered, and a caller with its grant. */
async function newTenant(tools: object, organization?: { id: string; slug: string }) {
  const { id: organizationId, slug } = organization ?? (await createOrganization(services.db));
  const actor: Actor = { kind: 'operator', organizationId, name: 'test' };
  const server = await must(registerServer(services, actor, { name: 'Recorder', url: upstream.url }));
  const status = async () => (await readServer(services, actor, server.id))?.status;
  // A job that was not taken in time is asked for again, as a person would.
  for (let tries = 0; tries < 3 && (await status()) !== 'ready'; tries++) {
    if (tries > 0) await must(rediscoverServer(services, actor, { serverId: server.id }));
    await vi.waitFor(async () => expect(await status()).toBe('ready'), { timeout: 30_000, interval: 100 }).catch(() => {});
  }
  expect(await status()).toBe('ready');
  const policy = await must(createPolicy(services, actor, { name: 'P', source: JSON.stringify({ version: '1', default: 'deny', tools }) }));
  const given = await must(createGrant(services, actor, { label: 'ci', servers: [{ serverId: server.id, policyId: policy.id }] }));
  await inForce(actor);
  const place = { organizationId, policyId: policy.id, serverId: server.id, path: `/${slug}/${server.slug}/mcp`, grant: async () => given };
  const caller = await vi.waitFor(() => openCaller(gateways[0].url, place, given.token), PATIENCE);
  const call = (gateway = 0) => caller.call((gateways[gateway] as App).url, 'echo');
  return { actor, grantId: given.id, call };
}

/** 503: the ledger took longer than the gateway waits for it, and nothing was decided. */
const isDecided = ({ status }: Answer) => status !== 503 && status !== 0;

async function outcomesOf(actor: Actor): Promise<string[]> {
  const { events } = await listEvents(services, actor, { limit: 200 });
  return events.filter(({ tool }) => tool === 'echo').map(({ decision, outcome }) => `${decision} ${outcome}`);
}

test('a server is discovered, calls are counted over both gateways, a revocation is in force at once, and all is in the log', async () => {
  const { actor, grantId, call } = await newTenant({ echo: { limits: [{ counter: 'e', window: 'hour', max: MAX, scope: 'grant' }] } });
  const seen = upstream.calls.length;
  const answers = await Promise.all(Array.from({ length: 2 * MAX }, (_, i) => call(i % 2)));
  const refused = () => answers.filter((answer) => isDecided(answer) && !answer.allowed);
  const passed = () => answers.filter(({ allowed }) => allowed).length;
  const callAgain = async () => {
    answers.push(await call());
    return passed();
  };
  // The place of a call that was not decided is free again a little later.
  if (!answers.every(isDecided)) await expect.poll(callAgain, PATIENCE).toBe(MAX);
  expect(passed()).toBe(MAX);
  expect(new Set(refused().map(({ code }) => code))).toEqual(new Set(['limit_reached']));
  expect(upstream.calls.length - seen).toBe(MAX);

  const revoked = await must(revokeGrant(services, actor, { grantId }));
  if (!revoked.inForce) await inForce(actor);
  for (const gateway of [0, 1]) {
    let answer = await call(gateway);
    for (let tries = 0; !isDecided(answer) && tries < 20; tries++) answer = await call(gateway);
    expect(answer.status).toBe(401);
  }

  const logged = async (which: string) => (await outcomesOf(actor)).filter((each) => each.startsWith(which)).length;
  await expect.poll(() => logged('allowed ok'), PATIENCE).toBe(MAX);
  await expect.poll(() => logged('limited'), PATIENCE).toBeGreaterThanOrEqual(refused().length);
  // A refusal whose answer came too late is in the log all the same.
  expect(await logged('limited')).toBeLessThanOrEqual(answers.filter(({ allowed }) => !allowed).length);
});

/** So many organizations on the first node of the cluster, and as many on others. */
async function tenantsOnBothSides(each: number) {
  const first = new Redis(cluster.nodes[0]?.url as string);
  const here: Awaited<ReturnType<typeof createOrganization>>[] = [];
  const elsewhere: typeof here = [];
  while (here.length < each || elsewhere.length < each) {
    const organization = await createOrganization(services.db);
    const slot = Number(await first.cluster('KEYSLOT', auditStream(shardOf(organization.id))));
    (slot < SLOTS_OF_FIRST ? here : elsewhere).push(organization);
  }
  first.disconnect();
  const tenants: Awaited<ReturnType<typeof newTenant>>[] = [];
  for (const organization of [...here.slice(0, each), ...elsewhere.slice(0, each)])
    tenants.push(await newTenant({ echo: {} }, organization));
  return tenants;
}

const SLOTS_OF_FIRST = Math.ceil(16384 / 3);

test('while a node hangs, organizations on it are refused and the others answered; then all are answered again, and every call is in the log', async () => {
  const tenants = (await tenantsOnBothSides(2)).map((tenant) => ({ ...tenant, passed: 0 }));
  const callAll = async () => {
    const answers = await Promise.all(tenants.map(({ call }) => call()));
    answers.forEach(({ allowed }, i) => {
      if (allowed) (tenants[i] as { passed: number }).passed++;
    });
    return answers.map(({ status }) => status);
  };
  await expect.poll(callAll, PATIENCE).toEqual([200, 200, 200, 200]);
  const before = tenants.map(({ passed }) => passed);
  const { pid } = cluster.nodes[0] as { pid: number };
  process.kill(pid, 'SIGSTOP');
  try {
    for (let i = 0; i < 3; i++) await expect.poll(callAll, PATIENCE).toEqual([503, 503, 200, 200]);
    expect(tenants.slice(0, 2).map(({ passed }) => passed)).toEqual(before.slice(0, 2));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await expect.poll(callAll, PATIENCE).toEqual([200, 200, 200, 200]);
  for (const { actor, passed } of tenants) {
    const inLog = async () => (await outcomesOf(actor)).filter((each) => each === 'allowed ok').length;
    await expect.poll(inLog, PATIENCE).toBe(passed);
  }
}, 300_000);
