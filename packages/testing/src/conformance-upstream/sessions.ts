import { randomUUID } from 'node:crypto';
import { isInitializeRequest, type McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { createSessionEvents } from './session-events.ts';

const RETRY_MS = 500;

export interface Sessions {
  handle(request: Request): Promise<Response>;
  /** The servers of the sessions that are open. */
  readonly servers: McpServer[];
  close(): Promise<void>;
}

/** The session-based eras: 2025-03-26, 2025-06-18 and 2025-11-25, with streams that can be resumed. */
export function createSessions(createServer: () => McpServer): Sessions {
  const open = new Map<string, { server: McpServer; transport: WebStandardStreamableHTTPServerTransport }>();
  const begin = async (): Promise<WebStandardStreamableHTTPServerTransport> => {
    const server = createServer();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: createSessionEvents(),
      retryInterval: RETRY_MS,
      onsessioninitialized: (id) => void open.set(id, { server, transport }),
      onsessionclosed: (id) => void open.delete(id),
    });
    await server.connect(transport);
    return transport;
  };
  return {
    get servers() {
      return [...open.values()].map(({ server }) => server);
    },
    async handle(request) {
      const id = request.headers.get('mcp-session-id');
      if (id !== null) return open.get(id)?.transport.handleRequest(request) ?? refuse(404, -32001, 'Session not found');
      const parsedBody = request.method === 'POST' ? await request.json().catch(() => null) : null;
      if (!isInitializeRequest(parsedBody)) return refuse(400, -32000, 'Send initialize first, then Mcp-Session-Id');
      return (await begin()).handleRequest(request, { parsedBody });
    },
    async close() {
      const servers = [...open.values()];
      open.clear();
      await Promise.all(servers.map(({ server }) => server.close()));
    },
  };
}

export const refuse = (status: number, code: number, message: string): Response =>
  Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status });
