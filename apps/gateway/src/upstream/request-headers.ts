/** The headers that go upstream: our own set. Nothing of the caller's passes but what is named here; its credentials never do. */
import type { Admitted } from '../stages/call.ts';
import type { Target } from './upstreams.ts';

const VERSION = /^\d{4}-\d{2}-\d{2}$/;
const VISIBLE = /^[\x21-\x7e]{1,1024}$/;

export function requestHeaders({ verb, exchange, session, treatment }: Admitted, target: Target): Record<string, string> {
  const { headers } = exchange.request;
  const version = headers['mcp-protocol-version'];
  const lastEvent = headers['last-event-id'];
  return {
    accept: verb === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
    'accept-encoding': 'identity',
    'user-agent': 'toolgate',
    ...(verb === 'POST' ? { 'content-type': 'application/json' } : {}),
    ...(session?.upstream ? { 'mcp-session-id': session.upstream } : {}),
    ...(typeof version === 'string' && VERSION.test(version)
      ? { 'mcp-protocol-version': version }
      : session && treatment !== 'opening'
        ? { 'mcp-protocol-version': session.protocolVersion }
        : {}),
    ...(verb === 'GET' && typeof lastEvent === 'string' && VISIBLE.test(lastEvent) ? { 'last-event-id': lastEvent } : {}),
    ...target.headers,
  };
}
