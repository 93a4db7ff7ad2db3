import diagnosticsChannel from 'node:diagnostics_channel';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGuardedDispatcher } from './guarded-dispatcher.ts';
import { isPublicAddress } from './public-address.ts';

let port = 0;
/** The other ends of the connections that the canary got, in the order in which they came. */
const seen: number[] = [];
/** This process's own ends of connections: on a busy machine somebody else may come to the canary by mistake. */
const own = new Set<number>();
const canary = http.createServer((req, res) => {
  if (req.url === '/redirect') res.writeHead(302, { location: `http://localhost:${port}/` }).end();
  else res.end('hit');
});
canary.on('connection', (socket) => seen.push(socket.remotePort ?? 0));
const noteOwn = (message: unknown) => {
  const { socket } = message as { socket: net.Socket };
  socket.once('connect', () => own.add(socket.localPort ?? 0));
};
beforeAll(async () => {
  diagnosticsChannel.subscribe('net.client.socket', noteOwn);
  await once(canary.listen(0, '::'), 'listening');
  port = (canary.address() as net.AddressInfo).port;
});
afterAll(async () => {
  diagnosticsChannel.unsubscribe('net.client.socket', noteOwn);
  canary.closeAllConnections();
  await new Promise((resolve) => canary.close(resolve));
});

/** How many connections of this process reach the canary while this runs. */
async function hitsDuring(run: () => Promise<void>): Promise<number> {
  const before = seen.length;
  await run();
  // It comes after all others, so that they have been seen when it has been.
  const marker = net.connect(port, '127.0.0.1');
  await once(marker, 'connect');
  const { localPort } = marker;
  await expect.poll(() => seen.slice(before)).toContain(localPort);
  marker.destroy();
  const hits = seen.slice(before, seen.indexOf(localPort as number, before)).filter((remote) => own.has(remote));
  return hits.length;
}

test('the canary is seen to be reached', async () => {
  const dispatcher = createGuardedDispatcher({ allow: [`127.0.0.1:${port}`] });
  const reach = async () => void (await (await request(`http://127.0.0.1:${port}/`, { dispatcher })).body.dump());
  expect(await hitsDuring(reach)).toBe(1);
  await dispatcher.destroy();
});

const HOSTILE = [
  '127.0.0.1',
  'localhost',
  '127.1',
  '0x7f.1',
  '0177.0.0.1',
  '2130706433',
  '0',
  '0.0.0.0',
  '①②⑦.⓪.⓪.①',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::7f00:1]',
  '[64:ff9b::7f00:1]',
];

describe('the guarded dispatcher', () => {
  test.each(HOSTILE)('never reaches this machine as %s, over http or https', async (host) => {
    const dispatcher = createGuardedDispatcher({ allow: [] });
    const tryBoth = async () => {
      for (const scheme of ['https', 'http'])
        await expect(request(`${scheme}://${host}:${port}/`, { dispatcher })).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    };
    expect(await hitsDuring(tryBoth)).toBe(0);
    await dispatcher.destroy();
  });

  test.each([25, 22, 143, 6000])('never reaches port %i, which is no port of the web, even from the operator’s list', async (other) => {
    const dispatcher = createGuardedDispatcher({ allow: [`127.0.0.1:${other}`] });
    await expect(request(`http://127.0.0.1:${other}/`, { dispatcher })).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    await dispatcher.destroy();
  });

  test.each(['localhost.', os.hostname(), 'localhost.localdomain', 'ip6-localhost'])(
    'never reaches this machine as %s, if that resolves at all',
    async (host) => {
      // Who resolves names may be slow to say that there is none.
      const dispatcher = createGuardedDispatcher({ allow: [], connectTimeoutMs: 110_000 });
      const tryIt = () =>
        expect(request(`https://${host}:${port}/`, { dispatcher })).rejects.toMatchObject({
          code: expect.stringMatching(/^(EGRESS_BLOCKED|ENOTFOUND|EAI_[A-Z]+)$/),
        });
      expect(await hitsDuring(tryIt)).toBe(0);
      await dispatcher.destroy();
    },
  );

  test('tells a local user which line to add', async () => {
    const dispatcher = createGuardedDispatcher({ allow: [] });
    await expect(request('https://127.0.0.1:3101/mcp', { dispatcher })).rejects.toThrow(
      '127.0.0.1 is a private address. To allow it, add 127.0.0.1:3101 to TOOLGATE_EGRESS_ALLOW and start again.',
    );
    await expect(request('https://localhost:3101/mcp', { dispatcher })).rejects.toThrow(
      /^localhost resolves to a private address\. To allow it, add localhost:3101 to/,
    );
    await expect(request('http://example.com/mcp', { dispatcher })).rejects.toThrow('add example.com:80 to TOOLGATE_EGRESS_ALLOW');
    await dispatcher.destroy();
  });

  test('lets exactly the allowed host and port through, and follows no redirect', async () => {
    const dispatcher = createGuardedDispatcher({ allow: [`127.0.0.1:${port}`, `[::1]:${port}`] });
    expect(await (await request(`http://127.0.0.1:${port}/`, { dispatcher })).body.text()).toBe('hit');
    expect(await (await request(`http://[::1]:${port}/`, { dispatcher })).body.text()).toBe('hit');
    const redirect = await request(`http://127.0.0.1:${port}/redirect`, { dispatcher });
    expect(redirect.statusCode).toBe(302);
    await redirect.body.dump();
    for (const place of [`http://localhost:${port}/`, `http://127.0.0.1:${port + 1}/`]) {
      await expect(request(place, { dispatcher })).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    }
    await dispatcher.destroy();
  });
});

test.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['::ffff:8.8.8.8', true],
  ['168.63.129.16', false],
  ['::ffff:168.63.129.16', false],
  ['100.100.100.200', false],
  ['169.254.169.254', false],
  ['192.0.0.192', false],
  ['10.0.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['fd00:ec2::254', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['5f00::1', false],
  ['2002:a9fe:a9fe::', false],
  ['2001:0:1::', false],
  ['64:ff9b::a9fe:a9fe', false],
  ['2001:db8::1', false],
  ['not an address', false],
  ['', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
