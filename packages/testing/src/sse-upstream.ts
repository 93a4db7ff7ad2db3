/** A server of 2024-11-05, with the transport that revision had: one stream for all answers, and a place to post to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { z } from 'zod';

export interface SseUpstream {
  url: string;
  host: string;
  /** Streams that are open now. */
  streams(): number;
  /** Ends every stream, as a restart does. */
  drop(): void;
  stop(): Promise<void>;
}

export async function startSseUpstream(): Promise<SseUpstream> {
  const transports = new Map<string, SSEServerTransport>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sse');
    if (request.method === 'GET' && pathname === '/sse') {
      const transport = new SSEServerTransport('/messages', response);
      transports.set(transport.sessionId, transport);
      response.once('close', () => transports.delete(transport.sessionId));
      return createSseServer().connect(transport);
    }
    const transport = transports.get(searchParams.get('sessionId') ?? '');
    if (request.method === 'POST' && pathname === '/messages' && transport) return transport.handlePostMessage(request, response);
    response.writeHead(request.method === 'POST' && pathname === '/sse' ? 405 : 404).end();
  };
  const http = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  // A connection that is idle stays: one that ended while a request was on its way would lose it.
  http.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const drop = () => {
    for (const transport of transports.values()) void transport.close();
  };
  return {
    url: `http://${host}/sse`,
    host,
    streams: () => transports.size,
    drop,
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

function createSseServer(): McpServer {
  const server = new McpServer({ name: 'sse', version: '1' });
  server.registerTool('test_simple_text', { description: 'A text.' }, () => ({
    content: [{ type: 'text', text: 'This is a simple text response for testing.' }],
  }));
  server.registerTool(
    'say',
    { description: 'Says it after a while.', inputSchema: { text: z.string(), ms: z.number() } },
    async ({ text, ms }) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return { content: [{ type: 'text', text }] };
    },
  );
  server.registerTool('asks', { description: 'Asks the client’s model.' }, async () => {
    const asked = { messages: [{ role: 'user' as const, content: { type: 'text' as const, text: 'hi' } }], maxTokens: 1 };
    const said = await server.server.createMessage(asked).then(
      () => 'answered',
      (error: Error) => error.message,
    );
    return { content: [{ type: 'text', text: said }] };
  });
  server.registerPrompt('test_simple_prompt', { description: 'One text.' }, () => ({
    messages: [{ role: 'user', content: { type: 'text', text: 'This is a simple prompt for testing.' } }],
  }));
  server.registerResource('static-text', 'test://static-text', { mimeType: 'text/plain' }, () => ({
    contents: [{ uri: 'test://static-text', mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
  }));
  return server;
}
