import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { env } from '../env';
import { CALLER_IP_HEADER } from './caller-ip';

/**
 * Tells every request where it comes from. Next hands no socket to its routes, and `x-forwarded-for` is whatever a client
 * wrote: only as many of its entries are believed as there are trusted proxies in front (TRUSTED_PROXIES).
 */
export function nameCallers(): void {
  const { TRUSTED_PROXIES } = env();
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage };
    request.headers[CALLER_IP_HEADER] = believedAddress(request.headers['x-forwarded-for'], request.socket.remoteAddress, TRUSTED_PROXIES);
  });
}

/** The address that the outermost trusted proxy saw. */
export function believedAddress(
  forwarded: string | string[] | undefined,
  socketAddress: string | undefined,
  trustedProxies: number,
): string {
  const chain = [...String(forwarded ?? '').split(','), socketAddress ?? ''].map((part) => part.trim()).filter(Boolean);
  return chain[Math.max(0, chain.length - 1 - trustedProxies)]?.slice(0, 64) || 'unknown';
}
