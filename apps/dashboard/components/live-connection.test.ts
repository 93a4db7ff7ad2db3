import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventSource } from 'undici';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { listenLive } from './live-connection.ts';

/** However busy the machine is. */
const soon = { timeout: 30_000 };
let server: Server;
let url: string;
const open = new Set<ServerResponse>();
let connected = 0;
beforeAll(async () => {
  vi.stubGlobal('EventSource', EventSource);
  server = createServer((_, response) => {
    connected++;
    open.add(response);
    response.on('close', () => open.delete(response));
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 20\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllGlobals();
});
beforeEach(() => {
  connected = 0;
});

function listener() {
  const heard = { states: [] as string[], news: 0 };
  return { heard, onState: (state: string) => void heard.states.push(state), onNews: () => void heard.news++ };
}

test('all that listen to one address share one connection, which ends with the last of them', async () => {
  const [one, two] = [listener(), listener()];
  const stopOne = listenLive(url, one);
  const stopTwo = listenLive(url, two);
  await vi.waitFor(() => expect([one.heard.states, two.heard.states]).toEqual([['live'], ['live']]), soon);
  const late = listener();
  const stopLate = listenLive(url, late);
  expect(late.heard).toEqual({ states: ['live'], news: 1 });
  for (const response of open) response.write('data: {"seq":1}\n\n');
  await vi.waitFor(() => expect([one, two, late].map(({ heard }) => heard.news)).toEqual([2, 2, 2]), soon);
  stopOne();
  stopTwo();
  expect([connected, open.size]).toEqual([1, 1]);
  stopLate();
  await vi.waitFor(() => expect(open.size).toBe(0), soon);
});

test('a connection that breaks is said to, made again, and what may have been missed is news', async () => {
  const one = listener();
  const stop = listenLive(url, one);
  await vi.waitFor(() => expect(one.heard.news).toBe(1), soon);
  for (const response of open) response.destroy();
  await vi.waitFor(() => expect(one.heard).toEqual({ states: ['live', 'reconnecting', 'live'], news: 2 }), soon);
  expect(connected).toBe(2);
  stop();
  await vi.waitFor(() => expect(open.size).toBe(0), soon);
});

test('a log that falls behind is no break: all are told, also who comes later, and told again when it is not', async () => {
  const one = listener();
  const stop = listenLive(url, one);
  await vi.waitFor(() => expect(one.heard.states).toEqual(['live']), soon);
  const say = (behind: boolean) => {
    for (const response of open) response.write(`event: behind\ndata: ${behind}\n\n`);
  };
  say(true);
  await vi.waitFor(() => expect(one.heard.states).toEqual(['live', 'behind']), soon);
  const late = listener();
  const stopLate = listenLive(url, late);
  expect(late.heard.states).toEqual(['behind']);
  say(false);
  await vi.waitFor(() => expect([one.heard.states.at(-1), late.heard.states.at(-1)]).toEqual(['live', 'live']), soon);
  expect(one.heard.news).toBe(1);
  stop();
  stopLate();
});
