import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

export interface WebServer {
  /** `host:port`, on the loopback interface. */
  host: string;
  stop(): Promise<void>;
}

/** Serves a handler of the web's `Request`, whose signal is aborted when the client goes away. */
export async function startWebServer(handle: (request: Request) => Promise<Response>, port = 0): Promise<WebServer> {
  const http = createServer((request, response) => {
    serve(handle, request, response).catch(() => response.destroy());
  });
  // A connection that is idle stays: one that ended while a request was on its way would lose it.
  http.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => void http.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(http.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

async function serve(handle: (request: Request) => Promise<Response>, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const { method = 'GET', url = '/', headers } = incoming;
  const init: RequestInit = { method, headers: headers as Record<string, string>, signal: gone.signal };
  if (method === 'POST') init.body = await buffer(incoming);
  const response = await handle(new Request(`http://${headers.host ?? '127.0.0.1'}${url}`, init));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.flushHeaders();
  if (response.body) await pipeline(Readable.fromWeb(response.body), outgoing);
  else outgoing.end();
}
