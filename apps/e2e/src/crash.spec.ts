/** A gateway that is killed in the middle of calls: what the upstream saw is in the audit log all the same. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { startRecorderUpstream } from '@toolgate/testing/recorder-upstream';
import { connect } from './shared.ts';
import { endSystems, newDataFolder, removeDataFolder, startSystem } from './system.ts';

test.setTimeout(900_000);
test.afterEach(endSystems);

/** Far longer than it takes to kill a gateway after a call was seen. */
const SLOW_MS = 45_000;

for (const ledger of ['redis', 'embedded'])
  test(`with the ${ledger} ledger, every call that the upstream saw before kill -9 is in the log after the restart`, async () => {
    const upstream = await startRecorderUpstream();
    const dataFolder = newDataFolder();
    const system = await startSystem({ dataFolder, env: { TOOLGATE_LEDGER: ledger, TOOLGATE_EGRESS_ALLOW: upstream.host } });
    const { stdout } = await system.toolgate(['apply', '-'], {
      organization: { slug: 'acme', name: 'Acme' },
      owner: { email: 'owner@example.com', name: 'Owner', password: 'correct horse battery' },
      servers: [{ slug: 'recorder', name: 'Recorder', url: upstream.url }],
      policies: [{ slug: 'open', name: 'Open', document: { version: '1', default: 'deny', tools: { slow: {}, echo: {} } } }],
      grants: [{ label: 'ci', servers: [{ server: 'recorder', policy: 'open' }] }],
    });
    const applied = JSON.parse(stdout);
    const client = await connect(applied.servers[0].url, applied.grants[0].token);
    const calls = Array.from({ length: 40 }, (_, i) =>
      client.callTool({ name: i % 2 ? 'slow' : 'echo', arguments: i % 2 ? { ms: SLOW_MS + i } : { message: String(i) } }).catch(() => null),
    );
    // Every call has arguments of its own, and the log keeps their HMAC: so that one call cannot stand for two.
    const seen = (tool: string) =>
      new Set(upstream.calls.filter(({ message }) => message?.params?.name === tool).map(({ body }) => body.toString())).size;
    await expect.poll(() => Math.min(seen('echo'), seen('slow')), { timeout: 60_000, intervals: [20] }).toBeGreaterThan(2);
    process.kill(system.pidOf('apps/gateway'), 'SIGKILL');
    await Promise.race([Promise.allSettled(calls), sleep(15_000)]);
    await client.close().catch(() => {});
    const logged = async () => {
      const { stdout: lines } = await system.toolgate(['audit', 'export', '--org', 'acme']);
      const events = lines
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      const allowed = events.filter(({ kind, decision }) => kind === 'call' && decision === 'allowed');
      const distinct = (tool: string) =>
        new Set(allowed.filter((event) => event.tool === tool).map(({ detail }) => detail.argumentsHmac)).size;
      return {
        echo: distinct('echo') >= seen('echo'),
        slow: distinct('slow') >= seen('slow'),
        finished: allowed.every(({ outcome }) => outcome !== null),
        cutShort: allowed.some(({ outcome }) => outcome === 'unknown'),
      };
    };
    // Calls whose gateway is gone become `unknown` within 60 s.
    await expect.poll(logged, { timeout: 240_000, intervals: [2000] }).toEqual({ echo: true, slow: true, finished: true, cutShort: true });
    expect(await system.stop()).toBe(0);
    await upstream.stop();
    removeDataFolder(dataFolder);
  });
