import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { Gateway } from '../gateway.ts';
import type { JoinedCall } from './joined-call.ts';
import { openJoinedStream } from './joined-stream.ts';

test('a stream whose client went away before it began is over, and forgotten', async () => {
  const server = http.createServer().listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const client = http.get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }).on('error', () => {});
    const [request, response] = await asked;
    client.destroy();
    await once(response, 'close');
    const open = new Set<unknown>();
    const gateway = {
      settings: { keepaliveMs: 15_000, streamIdleMs: 3_600_000 },
      streams: { add: (stream: unknown) => open.add(stream) && (() => open.delete(stream)) },
    } as unknown as Gateway;
    const call = { exchange: { request, response }, grant: { servers: [] } } as unknown as JoinedCall;
    const stream = await openJoinedStream(gateway, call, () => '');
    await stream.over;
    expect([stream.isOpen(), open.size]).toEqual([false, 0]);
  } finally {
    server.close();
  }
});
