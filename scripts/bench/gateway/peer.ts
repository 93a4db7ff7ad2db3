/**
 * The other processes of the gateway's bench: `upstream`, an MCP server that answers at once; `pass-through`, the reference where there is
 * no nginx; `load`, clients with kept connections that do as they are told by messages.
 */

import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { type LoadOrder, load } from './load.ts';

const [role, settings = '{}'] = process.argv.slice(2);
process.once('disconnect', () => process.exit(0));
if (role === 'load') {
  process.on('message', (order: LoadOrder) => void load(order).then((taken) => process.send?.(taken)));
  process.send?.({ ready: true });
} else {
  const server = http.createServer({ keepAliveTimeout: 75_000 }, role === 'upstream' ? answer : passTo(JSON.parse(settings).origin));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.({ host: `127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** About 1 KB, as a tool's text is. */
const TEXT = 'All of it was done as asked. '.repeat(32);
const CONTENT = `"content":[{"type":"text","text":"${TEXT}"}]`;

/** `/session/mcp` knows sessions only, `/stateless/mcp` 2026-07-28 only. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8');
    const id = /"id":("[^"]*"|\d+)/.exec(body)?.[1] ?? 'null';
    const isStateless = request.url?.startsWith('/stateless') === true;
    const method = /"method":"([^"]+)"/.exec(body)?.[1];
    const reply = (result: string, headers = {}) => {
      const text = `{"jsonrpc":"2.0","id":${id},"result":{${result}}}`;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length, ...headers }).end(text);
    };
    if (method === 'tools/call') return reply(isStateless ? `"resultType":"complete",${CONTENT}` : CONTENT);
    if (method === 'server/discover' && isStateless)
      return reply('"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}');
    if (method === 'initialize' && !isStateless)
      return reply('"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"bench","version":"1"}', {
        'mcp-session-id': 'bench-session',
      });
    response.writeHead(method === undefined ? 405 : 404).end();
  });
}

/** node:http and undici's dispatch, buffering what comes and giving on what is answered: the least that a proxy of Node can do. */
function passTo(origin: string): http.RequestListener {
  const agent = new Agent();
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { host, connection, ...headers } = request.headers;
      agent.dispatch(
        { origin, path: request.url ?? '/', method: 'POST', headers, body: Buffer.concat(chunks) },
        {
          onRequestStart() {},
          onResponseStart: (_, status, { connection, 'keep-alive': keep, ...answered }) => void response.writeHead(status, answered),
          onResponseData: (_, chunk) => void response.write(chunk),
          onResponseEnd: () => void response.end(),
          onResponseError: () => void response.destroy(),
        },
      );
    });
  };
}
