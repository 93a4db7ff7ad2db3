/** An MCP client of the campaign: plain POSTs within one session, at any of the gateways. */
import type { Tenant } from './stack.ts';

export interface Answer {
  status: number;
  /** The call was carried out. */
  allowed: boolean;
  /** Of a denial. */
  code: string | null;
  ms: number;
}

export interface Caller {
  /** Never rejects: a connection that broke is status 0. */
  call(gatewayUrl: string, tool: string, args?: object): Promise<Answer>;
  /** A stream that listens; resolves with how long it took to end, ms from now on. */
  listen(gatewayUrl: string): Promise<{ ended: Promise<void> }>;
}

let lastId = 0;

export async function openCaller(gatewayUrl: string, tenant: Tenant, token: string): Promise<Caller> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
  };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'faults', version: '1' } };
  const opening = { jsonrpc: '2.0', id: 0, method: 'initialize', params };
  const opened = await fetch(gatewayUrl + tenant.path, { method: 'POST', headers, body: JSON.stringify(opening) });
  const text = await opened.text();
  const session = opened.headers.get('mcp-session-id');
  if (!session) throw new Error(`The session was not opened: ${opened.status} ${text}`);
  const within = { ...headers, 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
  const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };
  await fetch(gatewayUrl + tenant.path, { method: 'POST', headers: within, body: JSON.stringify(initialized) }).then((r) =>
    r.arrayBuffer(),
  );
  return {
    async call(url, name, args = {}) {
      const started = performance.now();
      const body = JSON.stringify({ jsonrpc: '2.0', id: ++lastId, method: 'tools/call', params: { name, arguments: args } });
      try {
        const response = await fetch(url + tenant.path, { method: 'POST', headers: within, body, signal: AbortSignal.timeout(20_000) });
        const answer = await response.text();
        const code = /"toolgate\/decision":\{"code":"(\w+)"/.exec(answer)?.[1] ?? null;
        const allowed = response.status === 200 && code === null && answer.includes('"result"');
        return { status: response.status, allowed, code, ms: performance.now() - started };
      } catch {
        return { status: 0, allowed: false, code: null, ms: performance.now() - started };
      }
    },
    async listen(url) {
      const response = await fetch(url + tenant.path, { method: 'GET', headers: { ...within, accept: 'text/event-stream' } });
      if (response.status !== 200) throw new Error(`A stream was answered ${response.status}: ${await response.text()}`);
      return {
        ended: response.arrayBuffer().then(
          () => {},
          () => {},
        ),
      };
    },
  };
}
