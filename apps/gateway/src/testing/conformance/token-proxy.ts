import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenProxy {
  /** `http://127.0.0.1:port`; paths are those of the target. */
  url: string;
  /** Where requests go from now on, and the token that they get. */
  connect(target: string, token: string): void;
  stop(): Promise<void>;
}

/** Adds `Authorization` for clients that cannot; everything else, Host and Origin too, goes through as it comes. */
export async function startTokenProxy(): Promise<TokenProxy> {
  let target: { url: URL; token: string } | null = null;
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    if (target) forward(request, response, target.url, target.token, agent);
    else response.writeHead(503).end();
  });
  // A connection that is idle stays: one that ended while a request was on its way would lose it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connect(url, token) {
      target = { url: new URL(url), token };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

function forward(request: IncomingMessage, response: ServerResponse, { hostname, port }: URL, token: string, agent: http.Agent): void {
  const { method, url: path, rawHeaders } = request;
  const headers = [...rawHeaders, 'Authorization', `Bearer ${token}`];
  const onwards = http.request({ hostname, port, method, path, headers, agent, setHost: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    response.flushHeaders();
    answer.once('error', () => response.destroy());
    answer.pipe(response);
  });
  onwards.once('error', () => response.destroy());
  response.once('close', () => {
    if (!response.writableFinished) onwards.destroy();
  });
  request.pipe(onwards);
}
