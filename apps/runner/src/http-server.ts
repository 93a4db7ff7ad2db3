/** The runner's HTTP side: `POST|GET|DELETE /{organizationId}/{serverId}/mcp`, for the gateway on this machine only. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createBridge } from './bridge.ts';
import type { ProcessPool } from './process-pool.ts';
import { RunnerError } from './runner-error.ts';
import type { Sessions } from './sessions.ts';

export interface HttpOptions {
  token: string;
  pool: ProcessPool;
  sessions: Sessions;
}

const PATH = /^\/([A-Za-z0-9_-]{1,64})\/([A-Za-z0-9_-]{1,64})\/mcp$/;
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

export function createHttpServer(options: HttpOptions): Server {
  const expected = sha256(options.token);
  return createServer((request, response) => {
    const refusal = refuse(request, expected);
    if (refusal) return send(response, ...refusal);
    serve(request, response, options).catch((error: unknown) => answerFault(response, error));
  });
}

type Answer = [status: number, message: string, headers?: Record<string, string>];

/** A page in a browser reaches the loopback interface too: it sends an Origin, or a Host that is not this machine's. */
function refuse({ headers, headersDistinct, method, url }: IncomingMessage, expected: Buffer): Answer | null {
  if (!LOOPBACK.test(headers.host ?? '') || headers.origin !== undefined) return [403, 'Only for this machine.'];
  const given = headersDistinct.authorization ?? [];
  const token = given.length === 1 ? /^Bearer (\S+)$/i.exec(given[0]!)?.[1] : undefined;
  if (token === undefined || !timingSafeEqual(sha256(token), expected)) return [401, 'Wrong token.', { 'www-authenticate': 'Bearer' }];
  if (!PATH.test(url ?? '')) return [404, 'There is nothing here.'];
  return method && ['POST', 'GET', 'DELETE'].includes(method) ? null : [405, 'Use POST, GET or DELETE.', { allow: 'POST, GET, DELETE' }];
}

async function serve(request: IncomingMessage, response: ServerResponse, { pool, sessions }: HttpOptions): Promise<void> {
  const [, organizationId, serverId] = PATH.exec(request.url!)!;
  const owner = `${organizationId}/${serverId}`;
  const current = () => pool.process(organizationId!, serverId!);
  const session = request.headers['mcp-session-id'];
  // A call meets the database when it is handed on; only a new session needs a process before.
  if (typeof session === 'string') {
    if (await sessions.answer(session, owner, request, response)) return;
    return send(response, 404, 'Session not found');
  }
  const process = await current();
  if (!process) {
    await sessions.end(owner);
    return send(response, 404, 'Unknown server');
  }
  await sessions.open(owner, createBridge(process.introduction, current), request, response);
}

function answerFault(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  if (!(error instanceof RunnerError)) {
    console.error(`The runner failed: ${error instanceof Error ? error.message : String(error)}`);
    send(response, 500, 'The runner failed.');
    return;
  }
  const retry: Record<string, string> = error.retryAfterMs ? { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) } : {};
  send(response, 503, error.message, retry, error.code);
}

function send(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}, code = -31_000): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: status === 404 ? -32_001 : code, message }, id: null }));
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
