/** A connection to the ledger's Redis: one server, or a cluster. */
import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** Several addresses, separated by commas, are nodes of one Redis Cluster; its other nodes are learnt from them. */
export function addressesOf(url: string): string[] {
  return url
    .split(',')
    .map((address) => address.trim())
    .filter(Boolean);
}

export const isCluster = (url: string): boolean => addressesOf(url).length > 1;

/** @param url `redis://[user:password@]host:port`, `rediss://…`, or several of them with commas. */
export function connectRedis(url: string, options: RedisOptions): Redis | Cluster {
  const addresses = addressesOf(url);
  if (addresses.length <= 1) return new Redis(url.trim(), options);
  const { enableAutoPipelining = false, enableOfflineQueue = true, ...redisOptions } = options;
  return new Cluster(
    addresses.map((address) => {
      const { hostname, port } = new URL(address);
      return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) };
    }),
    {
      enableAutoPipelining,
      enableOfflineQueue,
      // A script that ran but did not answer must not run twice; what could not run is said to the caller at once.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      slotsRefreshInterval: 2000,
      clusterRetryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 500),
      redisOptions: { ...redisOptions, ...credentialsOf(addresses[0] as string) },
    },
  );
}

/** The first address's name and password hold for every node. */
function credentialsOf(address: string): RedisOptions {
  const { protocol, username, password } = new URL(address);
  return {
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
