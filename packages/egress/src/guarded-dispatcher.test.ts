import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGuardedDispatcher } from './guarded-dispatcher.ts';
import { isPublicAddress } from './public-address.ts';

let hits = 0;
let port = 0;
const canary = http.createServer((req, res) => {
  hits++;
  if (req.url === '/redirect') res.writeHead(302, { location: `http://localhost:${port}/` }).end();
  else res.end('hit');
});
canary.on('connection', () => hits++);
beforeAll(() =>
  new Promise<void>((resolve) => canary.listen(0, '::', () => resolve())).then(() => (port = (canary.address() as AddressInfo).port)),
);
afterAll(() => new Promise((resolve) => canary.close(resolve)));

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
    hits = 0;
    for (const scheme of ['https', 'http']) {
      await expect(request(`${scheme}://${host}:${port}/`, { dispatcher })).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    }
    expect(hits).toBe(0);
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
      const dispatcher = createGuardedDispatcher({ allow: [] });
      hits = 0;
      await expect(request(`https://${host}:${port}/`, { dispatcher })).rejects.toMatchObject({
        code: expect.stringMatching(/^(EGRESS_BLOCKED|ENOTFOUND|EAI_AGAIN)$/),
      });
      expect(hits).toBe(0);
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
