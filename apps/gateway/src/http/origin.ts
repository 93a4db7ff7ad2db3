/** Who may talk to the gateway from a browser, and under which names it is reached (MCP 2025-11-25, transports, "Security Warning"). */
import type { IncomingMessage } from 'node:http';
import type { Settings } from '../env.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export type OriginCheck = 'allowed' | 'origin_not_allowed' | 'host_not_allowed';

export function createOriginCheck({ gatewayUrl, dashboardUrl, allowedHosts }: Settings): (request: IncomingMessage) => OriginCheck {
  const hosts = new Set([new URL(gatewayUrl).hostname, ...allowedHosts]);
  const dashboard = new URL(dashboardUrl).origin;
  return ({ headers }) => {
    if (headers.origin !== undefined && headers.origin !== dashboard) return 'origin_not_allowed';
    // A name that an attacker's DNS points at this machine is not one of these.
    const host = /^(\[[0-9a-f:.]+\]|[^:/@?#\s]+)(?::\d{1,5})?$/i.exec(headers.host ?? '')?.[1]?.toLowerCase();
    return host && (LOOPBACK.has(host) || hosts.has(host)) ? 'allowed' : 'host_not_allowed';
  };
}

/** For the one origin that may: the dashboard. */
export function corsHeaders(request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined) return {};
  return { 'access-control-allow-origin': origin, vary: 'origin', 'access-control-expose-headers': 'mcp-session-id, www-authenticate' };
}

export const PREFLIGHT: Record<string, string> = {
  'access-control-allow-methods': 'POST, GET, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, accept, mcp-session-id, mcp-protocol-version, mcp-method, mcp-name, last-event-id',
  'access-control-max-age': '600',
};
