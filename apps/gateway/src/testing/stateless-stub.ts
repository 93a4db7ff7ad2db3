/** A server of 2026-07-28 as bytes, for what a well-behaved one never does. */
import type { ServerResponse } from 'node:http';
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';

export const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'stateless-client', version: '3' },
};

/** A request of that revision, and the headers that repeat it. */
export function stateless(method: string, params: Record<string, unknown> = {}, id: number | string = 1) {
  const body = { jsonrpc: '2.0', id, method, params: { ...params, _meta: { ...META, ...(params._meta as object | undefined) } } };
  const name = params.name ?? params.uri;
  const headers: Record<string, string> = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
  };
  return { body, headers };
}

export const CAPABILITIES = {
  tools: { listChanged: true },
  prompts: {},
  resources: { subscribe: true },
  completions: {},
  extensions: { 'io.modelcontextprotocol/tasks': {}, 'io.modelcontextprotocol/ui': {} },
};

export const json = (response: ServerResponse, body: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));

export const sse = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });
export const event = (message: unknown) => `data: ${typeof message === 'string' ? message : JSON.stringify(message)}\n\n`;
export const result = (id: unknown, value: object) => ({ jsonrpc: '2.0', id, result: value });
export const complete = (id: unknown, value: object) => result(id, { resultType: 'complete', ...value });

/** Answers `server/discover`, and `initialize` as a server without sessions does. @returns whether it did. */
export function answerEra({ message }: RecordedRequest, response: ServerResponse): boolean {
  if (message?.method === 'server/discover') {
    const _meta = { 'io.modelcontextprotocol/serverInfo': { name: 'stub', version: '1' } };
    const found = { supportedVersions: ['2026-07-28'], capabilities: CAPABILITIES, ttlMs: 600_000, cacheScope: 'public', _meta };
    json(response, complete(message.id, found));
    return true;
  }
  if (message?.method !== 'initialize') return false;
  json(response, { jsonrpc: '2.0', id: message.id, error: { code: -32022, message: 'x', data: { supported: ['2026-07-28'] } } }, 400);
  return true;
}
