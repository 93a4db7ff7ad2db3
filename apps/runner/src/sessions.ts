/** The MCP sessions that are open, each bound to one organization and server. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

interface Session {
  /** `organization/server`. */
  owner: string;
  server: Server;
  transport: StreamableHTTPServerTransport;
  /** Requests and streams that are open. */
  open: number;
  usedAt: number;
}

const IDLE_AFTER = 3_600_000;
const MOST_SESSIONS = 4096;

export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #sweeper: NodeJS.Timeout;

  /** @param idleAfter milliseconds without a request or an open stream after which a session ends */
  constructor(idleAfter = IDLE_AFTER) {
    this.#sweeper = setInterval(() => this.#endIdle(idleAfter), Math.min(30_000, Math.max(50, idleAfter / 4)));
    this.#sweeper.unref();
  }

  /** False when there is no such session, or it is another owner's. */
  async answer(id: string, owner: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const session = this.#sessions.get(id);
    if (session?.owner !== owner) return false;
    await this.#handle(session, request, response);
    return true;
  }

  /** Answers a request that names no session; what is not `initialize` the transport refuses. */
  async open(owner: string, server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void this.#add(id, session),
      onsessionclosed: (id) => void this.#sessions.delete(id),
    });
    const session: Session = { owner, server, transport, open: 0, usedAt: performance.now() };
    await server.connect(transport);
    await this.#handle(session, request, response);
    if (transport.sessionId === undefined) await server.close();
  }

  /** Ends all sessions of an owner, or all. */
  async end(owner?: string): Promise<void> {
    const ending = [...this.#sessions].filter(([, session]) => owner === undefined || session.owner === owner);
    for (const [id] of ending) this.#sessions.delete(id);
    await Promise.all(ending.map(([, { server }]) => server.close()));
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.end();
  }

  async #handle(session: Session, request: IncomingMessage, response: ServerResponse): Promise<void> {
    session.open++;
    response.once('close', () => {
      session.open--;
      session.usedAt = performance.now();
    });
    await session.transport.handleRequest(request, response);
  }

  /** With all places taken, the session that was idle longest ends; its client is told 404 and begins a new one. */
  #add(id: string, session: Session): void {
    if (this.#sessions.size >= MOST_SESSIONS) {
      const idle = [...this.#sessions].filter(([, { open }]) => open === 0).sort(([, a], [, b]) => a.usedAt - b.usedAt)[0];
      if (idle) this.#drop(...idle);
    }
    this.#sessions.set(id, session);
  }

  #endIdle(idleAfter: number): void {
    for (const [id, session] of this.#sessions) {
      if (session.open === 0 && performance.now() - session.usedAt > idleAfter) this.#drop(id, session);
    }
  }

  #drop(id: string, { server }: Session): void {
    this.#sessions.delete(id);
    void server.close();
  }
}
