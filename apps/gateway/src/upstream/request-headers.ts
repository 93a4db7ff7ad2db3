/** The headers that go upstream: our own set. Nothing of the caller's passes but what is named here; its credentials never do. */
import { OWN_HEADERS } from '@toolgate/egress/upstream/own-headers';
import type { Admitted } from '../stages/call.ts';
import type { Target } from './upstreams.ts';

const VERSION = /^\d{4}-\d{2}-\d{2}$/;
const VISIBLE = /^[\x21-\x7e]{1,1024}$/;

export function requestHeaders(
  { verb, exchange, session, treatment, mirrored, joining }: Admitted,
  target: Target,
): Record<string, string> {
  if (mirrored) return { ...OWN_HEADERS, ...Object.fromEntries(mirrored), ...target.headers };
  const { headers } = exchange.request;
  // Each of several servers may have agreed on another version, and has event ids of its own.
  const version = joining ? session?.protocolVersion : headers['mcp-protocol-version'];
  const lastEvent = joining ? joining.lastEventId : headers['last-event-id'];
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
