/** `npm start` itself: what it says, what it keeps, and that it can be killed. */
import net from 'node:net';
import { expect, test } from '@playwright/test';
import { freePort } from '@toolgate/embedded/process';
import { startTestRedisCluster, type TestRedisCluster } from '@toolgate/testing/redis-cluster';
import { connect } from './shared.ts';
import { end, endSystems, isRunning, newDataFolder, removeDataFolder, type System, startAndFail, startSystem } from './system.ts';

test.setTimeout(900_000);
test.afterEach(endSystems);

// A window that outlives the restarts of the test.
const HOURLY = {
  version: '1',
  default: 'deny',
  tools: { image_to_image: { limits: [{ counter: 'images', window: 'hour', max: 30, scope: 'grant' }] } },
};

const document = {
  organization: { slug: 'acme', name: 'Acme' },
  owner: { email: 'owner@example.com', name: 'Owner', password: 'correct horse battery' },
  servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
  policies: [{ slug: 'capped', name: 'Capped', document: HOURLY }],
  grants: [{ label: 'ci', servers: [{ server: 'wavespeed', policy: 'capped' }] }],
};

async function callOnce(system: System, token: string): Promise<string> {
  const client = await connect(`${system.gatewayUrl}/acme/wavespeed/mcp`, token);
  const result = await client.callTool({ name: 'image_to_image', arguments: { image: 'a', images: ['a'], prompt: 'a lighthouse' } });
  await client.close();
  return result.isError ? 'denied' : 'answered';
}

for (const ledger of ['redis', 'embedded'] as const)
  test(`with the ${ledger} ledger: a stopped or killed start finds its data again, and limits go on counting`, async () => {
    const dataFolder = newDataFolder();
    const ports = { dashboard: await freePort(), gateway: await freePort() };
    const env = { TOOLGATE_LEDGER: ledger };
    let system = await startSystem({ dataFolder, ports, env });
    expect(system.printed()).toContain(ledger === 'redis' ? 'a private Redis' : 'embedded (');
    const applied = await system.toolgate(['apply', '-'], document);
    expect(applied.stderr + applied.code).toMatch(/0$/);
    const token = JSON.parse(applied.stdout).grants[0].token as string;
    expect(await callOnce(system, token)).toBe('answered');
    expect(await system.stop()).toBe(0);

    // Ctrl-C lost nothing; then the start process is killed outright.
    system = await startSystem({ dataFolder, ports, env });
    for (let i = 0; i < 28; i++) expect(await callOnce(system, token)).toBe('answered');
    const gateway = system.pidOf('apps/gateway');
    await end(system.process, 'SIGKILL');
    await expect.poll(() => isRunning(gateway, 'apps/gateway'), { timeout: 120_000 }).toBe(false);

    system = await startSystem({ dataFolder, ports, env });
    expect(system.printed()).toContain('ook'); // Took over the embedded PostgreSQL …
    const again = await system.toolgate(['apply', '-'], document);
    expect(JSON.parse(again.stdout).grants).toEqual([{ label: 'ci', token: null }]);
    await expect
      .poll(async () => (await system.toolgate(['audit', 'export', '--org', 'acme'])).stdout.match(/"tool":"image_to_image"/g)?.length, {
        timeout: 120_000,
      })
      .toBe(29);
    expect([await callOnce(system, token), await callOnce(system, token)]).toEqual(['answered', 'denied']);
    expect(await system.stop()).toBe(0);
    removeDataFolder(dataFolder);
  });

test('on a Redis Cluster: the server is discovered, calls pass and are in the log, and the password of the nodes is not printed', async () => {
  const cluster = (await startTestRedisCluster()) as TestRedisCluster;
  const system = await startSystem({ env: { REDIS_URL: cluster.url.replaceAll('redis://', 'redis://default:unused@') } });
  expect(system.printed()).toContain(`Redis Cluster at ${cluster.nodes.map(({ url }) => url).join(', ')}`);
  expect(system.printed()).not.toContain('unused');
  const applied = await system.toolgate(['apply', '-'], document);
  expect(applied.stderr + applied.code).toMatch(/0$/);
  expect(await callOnce(system, JSON.parse(applied.stdout).grants[0].token)).toBe('answered');
  await expect
    .poll(async () => (await system.toolgate(['audit', 'export', '--org', 'acme'])).stdout, { timeout: 120_000 })
    .toContain('"tool":"image_to_image"');
  expect(await system.stop()).toBe(0);
  await cluster.stop();
  removeDataFolder(system.dataFolder);
});

test('what stands in the way is told in one sentence', async () => {
  const dataFolder = newDataFolder();
  const base = { TOOLGATE_DATA_DIR: dataFolder, DASHBOARD_PORT: String(await freePort()), GATEWAY_PORT: String(await freePort()) };
  const taken = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as net.AddressInfo;
  // At the first ports nobody listens, and none of them is ever given to anybody.
  const cases: [Record<string, string>, RegExp][] = [
    [{ GATEWAY_PORT: String(port) }, /^Port \d+ is already in use: stop what uses it, or set GATEWAY_PORT to another port\.\n$/],
    [
      { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' },
      /^The database 127\.0\.0\.1:\d+\/none \(DATABASE_URL\) cannot be used: .+\n$/,
    ],
    [{ REDIS_URL: 'redis://127.0.0.1:1' }, /^The Redis at .+ \(REDIS_URL\) cannot be reached: .+\n$/],
    [
      { REDIS_URL: 'redis://127.0.0.1:1,redis://127.0.0.1:2' },
      /^The Redis Cluster at .+ \(REDIS_URL\) cannot be used, none of these nodes: .+\n$/,
    ],
    [{ REDIS_URL: 'redis://127.0.0.1:1,127.0.0.1:2' }, /^REDIS_URL must be a URL that begins with redis:\/\/ or rediss:\/\/.+\n$/],
    [{ TOOLGATE_LEDGER: 'paper' }, /^TOOLGATE_LEDGER must be redis or embedded, not "paper"\.\n$/],
    [{ TOOLGATE_DATA_DIR: '/proc/nothing' }, /^The data folder .+ cannot be written \(\w+\): set TOOLGATE_DATA_DIR/],
    [{ DASHBOARD_PORT: 'abc' }, /^DASHBOARD_PORT must be a port/],
  ];
  for (const [env, sentence] of cases) {
    const { code, stderr } = await startAndFail({ ...base, ...env });
    expect(stderr).toMatch(sentence);
    expect(code).toBe(1);
  }
  taken.close();
  removeDataFolder(dataFolder);
});
