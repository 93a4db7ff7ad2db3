/** A connection to an address that a tenant named, for what is not HTTP (syslog). The same rules as for `createGuardedDispatcher`. */
import net from 'node:net';
import tls from 'node:tls';
import { EgressBlocked } from './egress-blocked.ts';
import { isPublicAddress } from './public-address.ts';
import { PrivateName, publicLookup } from './public-lookup.ts';

export interface GuardedSocketOptions {
  host: string;
  port: number;
  /** Without it the place has to be on the operator's list. */
  secure: boolean;
  /** `host:port` pairs, exact, that may be private and may be reached without TLS. The operator's choice, never a tenant's. */
  allow: readonly string[];
  connectTimeoutMs?: number;
  /** Certificate authorities in place of the system's, PEM. */
  ca?: string;
}

/** Resolves when the connection stands, TLS included. Rejects with `EgressBlocked` before one byte is sent to a place that is refused. */
export async function connectGuarded(options: GuardedSocketOptions): Promise<net.Socket> {
  const { host, port, secure, allow, connectTimeoutMs = 10_000, ca } = options;
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  const place = `${bare.includes(':') ? `[${bare}]` : bare}:${port}`;
  const allowed = allow.includes(place);
  if (!allowed && !secure) throw EgressBlocked.notTls(place);
  // The resolver is not asked about literals, so they are judged here.
  if (!allowed && net.isIP(bare) && !isPublicAddress(bare)) throw EgressBlocked.privateAddress(bare, bare, place);
  const where = { host: bare, port, ...(allowed ? {} : { lookup: publicLookup }) };
  const name = net.isIP(bare) ? {} : { servername: bare };
  const socket = secure ? tls.connect({ ...where, ...name, ...(ca === undefined ? {} : { ca }) }) : net.connect(where);
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => {
      socket.destroy();
      reject(error instanceof PrivateName ? EgressBlocked.privateAddress(bare, error.address, place) : error);
    };
    socket.setTimeout(connectTimeoutMs, () => fail(new Error(`${place} did not answer within ${connectTimeoutMs / 1000} s`)));
    socket.once('error', fail);
    if (!allowed) {
      socket.once('connect', () => {
        if (!isPublicAddress(socket.remoteAddress ?? '')) fail(EgressBlocked.privateAddress(bare, 'another address', place));
      });
    }
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.off('error', fail);
      if (!socket.destroyed) resolve();
    });
  });
  return socket;
}
