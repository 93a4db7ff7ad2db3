/** The one way out: every connection to an address that a tenant named (upstreams, discovery, webhooks) goes through this dispatcher. */
import net from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { isBadPort } from './bad-port.ts';
import { EgressBlocked } from './egress-blocked.ts';
import { isPublicAddress } from './public-address.ts';
import { PrivateName, publicLookup } from './public-lookup.ts';

export interface GuardedDispatcherOptions {
  /** `host:port` pairs, exact, that may be private and may speak plain http. The operator's choice, never a tenant's. */
  allow: string[];
  /** Milliseconds for connecting, name resolution and TLS included. */
  connectTimeoutMs?: number;
}

/**
 * A dispatcher that reaches public unicast addresses over https only. Redirects are not followed: a 3xx is an answer like any other.
 * A refused connection fails its requests with `EgressBlocked` (code `EGRESS_BLOCKED`) before one byte is sent.
 */
export function createGuardedDispatcher({ allow, connectTimeoutMs = 10_000 }: GuardedDispatcherOptions): Dispatcher {
  const allowed = new Set(allow.map((place) => place.toLowerCase()));
  const unguarded = buildConnector({ timeout: connectTimeoutMs });
  const guarded = buildConnector({ timeout: connectTimeoutMs, lookup: publicLookup });
  const connect: buildConnector.connector = (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    const place = `${host.includes(':') ? `[${host}]` : host}:${options.port || (options.protocol === 'https:' ? '443' : '80')}`;
    if (isBadPort(Number(place.slice(place.lastIndexOf(':') + 1)))) return callback(EgressBlocked.badPort(place), null);
    if (allowed.has(place)) return unguarded(options, callback);
    if (options.protocol !== 'https:') return callback(EgressBlocked.notHttps(place), null);
    // The resolver is not asked about literals, so they are judged here.
    if (net.isIP(host) && !isPublicAddress(host)) return callback(EgressBlocked.privateAddress(host, host, place), null);
    guarded(options, (error, socket) => {
      if (error) return callback(error instanceof PrivateName ? EgressBlocked.privateAddress(host, error.address, place) : error, null);
      if (isPublicAddress(socket.remoteAddress ?? '')) return callback(null, socket);
      socket.destroy();
      callback(EgressBlocked.privateAddress(host, socket.remoteAddress ?? 'an unknown address', place), null);
    });
  };
  return new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 });
}
