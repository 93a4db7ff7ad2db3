/** The HTTP server: everything that is not an MCP address is answered here. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Gateway } from '../gateway.ts';
import { runPipeline } from '../pipeline.ts';
import { addressPath, parseAddress, parseMetadataPath } from './address.ts';
import { answerFault, answerJson, type Exchange, openExchange } from './exchange.ts';
import { corsHeaders, createOriginCheck, PREFLIGHT } from './origin.ts';

export interface HttpService {
  server: Server;
  /** Requests that are not settled yet. */
  running: Set<Promise<void>>;
}

export function createHttpService(gateway: Gateway): HttpService {
  const running = new Set<Promise<void>>();
  const check = createOriginCheck(gateway.settings);
  const handle = async (exchange: Exchange): Promise<void> => {
    const path = exchange.request.url?.split('?', 1)[0] ?? '';
    if (path === '/healthz') return answerJson(exchange, 200, '{"status":"ok"}');
    if (path === '/readyz') return answerReadiness(gateway, exchange);
    const metadata = parseMetadataPath(path);
    if (metadata) return answerMetadata(gateway, exchange, addressPath(metadata));
    const address = parseAddress(path);
    if (!address) return answerFault(exchange, 'not_found', null);
    if (gateway.stopping) return answerFault(exchange, 'shutting_down', null, { connection: 'close' });
    const allowed = check(exchange.request);
    if (allowed !== 'allowed') return answerFault(exchange, allowed, null);
    const { method } = exchange.request;
    if (method === 'OPTIONS') return void exchange.response.writeHead(204, { ...corsHeaders(exchange.request), ...PREFLIGHT }).end();
    if (method !== 'POST' && method !== 'GET' && method !== 'DELETE') {
      return answerFault(exchange, 'method_not_allowed', null, { allow: 'POST, GET, DELETE' });
    }
    await runPipeline(gateway, exchange, address, method);
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    // A client that breaks off is dealt with where its answer is written.
    response.on('error', () => {});
    request.on('error', () => {});
    const work = handle(openExchange(request, response)).catch((error: unknown) => {
      gateway.log('request_failed', { reason: String(error) });
      response.destroy();
    });
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  const server = createServer({ keepAliveTimeout: 75_000, headersTimeout: 15_000, requestTimeout: 30_000, noDelay: true }, onRequest);
  return { server, running };
}

async function answerReadiness({ stopping, ledger, log }: Gateway, exchange: Exchange): Promise<void> {
  if (stopping) return answerFault(exchange, 'shutting_down', null);
  try {
    await ledger.ping();
    answerJson(exchange, 200, '{"status":"ready"}');
  } catch (error) {
    log('not_ready', { reason: String(error) });
    answerFault(exchange, 'ledger_unavailable', null);
  }
}

/** RFC 9728 section 2. There is no authorization server: tokens are made in the dashboard. Says nothing about who exists. */
function answerMetadata({ settings }: Gateway, exchange: Exchange, path: string): void {
  const document = { resource: `${settings.gatewayUrl}${path}`, bearer_methods_supported: ['header'], resource_name: 'Toolgate' };
  answerJson(exchange, 200, JSON.stringify(document), { 'access-control-allow-origin': '*' });
}
