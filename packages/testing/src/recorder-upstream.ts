/** A real MCP server over Streamable HTTP that keeps every request it was sent, for tests of what reaches an upstream. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createRecorderServer } from './recorder-server.ts';

/** One request as it came over the wire. */
export interface RecordedRequest {
  /** Milliseconds since 1970, when the head of the request had arrived. */
  at: number;
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** Names and values in turn, as they were sent. */
  rawHeaders: string[];
  body: Buffer;
  /** The body read as JSON; undefined when it is none. */
  message: RecordedMessage | undefined;
}

export interface RecordedMessage {
  id?: string | number;
  method?: string;
  params?: { name?: string; arguments?: Record<string, unknown>; [key: string]: unknown };
  [key: string]: unknown;
}

export interface RecorderOptions {
  /** 0 or absent: any free one. */
  port?: number;
  /** `sse` (default) or `json`: how requests are answered. */
  answers?: 'sse' | 'json';
  /** Answers a request itself (returns true) before MCP sees it: for upstreams that misbehave. */
  intercept?: (request: RecordedRequest, response: ServerResponse) => boolean;
}

export interface RecorderUpstream {
  /** The MCP endpoint, on the loopback interface. */
  url: string;
  /** `host:port`, as TOOLGATE_EGRESS_ALLOW takes it. */
  host: string;
  /** Every request, in order of arrival. */
  requests: RecordedRequest[];
  /** Those of them that are `tools/call`. */
  readonly calls: RecordedRequest[];
  /** Sessions that are open now. */
  readonly sessions: number;
  /** Forgets all sessions, as a restart does; requests in one of them are then answered 404. */
  forgetSessions(): Promise<void>;
  stop(): Promise<void>;
}

/** Its tools: echo, slow {ms}, fail, progress, big {kb}. See recorder-server.ts. */
export async function startRecorderUpstream(options: RecorderOptions = {}): Promise<RecorderUpstream> {
  const requests: RecordedRequest[] = [];
  const sessions = new Map<string, Session>();
  const http = createServer((request, response) => {
    record(request)
      .then((recorded) => {
        requests.push(recorded);
        if (options.intercept?.(recorded, response)) return;
        return answer(request, response, recorded, sessions, options.answers === 'json');
      })
      .catch(() => response.destroy());
  });
  // A connection that is idle stays: one that ended while a request was on its way would lose it.
  http.keepAliveTimeout = 0;
  const host = await listen(http, options.port ?? 0);
  const forgetSessions = async () => {
    const open = [...sessions.values()];
    sessions.clear();
    await Promise.all(open.map(({ server }) => server.close()));
  };
  return {
    url: `http://${host}/mcp`,
    host,
    requests,
    get calls() {
      return requests.filter(({ message }) => message?.method === 'tools/call');
    },
    get sessions() {
      return sessions.size;
    },
    forgetSessions,
    stop: async () => {
      await forgetSessions();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}

interface Session {
  server: Server;
  transport: StreamableHTTPServerTransport;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  recorded: RecordedRequest,
  sessions: Map<string, Session>,
  json: boolean,
): Promise<void> {
  if (recorded.path !== '/mcp') return void response.writeHead(404).end();
  const named = request.headers['mcp-session-id'];
  if (typeof named === 'string') {
    const session = sessions.get(named);
    if (!session) return refuse(response, 404, -32001, 'Session not found');
    return session.transport.handleRequest(request, response, recorded.message);
  }
  if (recorded.message?.method !== 'initialize') return refuse(response, 400, -32000, 'Send initialize first, then Mcp-Session-Id');
  const server = createRecorderServer();
  const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    enableJsonResponse: json,
    onsessioninitialized: (id) => void sessions.set(id, { server, transport }),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, recorded.message);
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const at = Date.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return {
    at,
    method: request.method ?? '',
    path: new URL(request.url ?? '/', 'http://upstream').pathname,
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    body,
    message: readMessage(body),
  };
}

function readMessage(body: Buffer): RecordedMessage | undefined {
  try {
    return JSON.parse(body.toString()) as RecordedMessage;
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, code: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null }));
}

function listen(http: HttpServer, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    http.once('error', reject).listen(port, '127.0.0.1', () => resolve(`127.0.0.1:${(http.address() as AddressInfo).port}`));
  });
}
