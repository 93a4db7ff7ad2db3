/** The other ends of the idle streams, each in a process of its own: `upstream`, a server whose GET streams say nothing, or `clients`. */
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const [role, settings = '{}'] = process.argv.slice(2);
const work = role === 'upstream' ? upstream() : clients(JSON.parse(settings) as ClientSettings);
work.then(
  (message) => process.send?.(message),
  (error: unknown) => process.send?.({ problem: String(error) }),
);
process.once('disconnect', () => process.exit(0));

async function upstream(): Promise<{ host: string }> {
  const initialized = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'idle', version: '1' } };
  const server = http.createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    if (request.method === 'GET') return void response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const headers = { 'content-type': 'application/json', 'mcp-session-id': 'idle' };
    response.writeHead(200, headers).end(JSON.stringify({ jsonrpc: '2.0', id: 0, result: initialized }));
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface ClientSettings {
  url: string;
  token: string;
  count: number;
}

async function clients({ url, token, count }: ClientSettings): Promise<{ open: number }> {
  const authorization = `Bearer ${token}`;
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'idle', version: '1' } };
  const opened = await fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  });
  const headers = { authorization, accept: 'text/event-stream', 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' };
  let open = 0;
  const openNext = async () => {
    while (open < count) {
      open++;
      const request = http.get(url, { headers, agent: false });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      if (response.statusCode !== 200) throw new Error(`A stream was answered ${response.statusCode}.`);
      response.resume();
    }
  };
  await Promise.all(Array.from({ length: 64 }, openNext));
  return { open };
}
