/** A connection to Redis, for all that is kept there: one server, or a cluster. */
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { addressesOf } from './redis-address.ts';

/**
 * @param url `redis://[user:password@]host:port`, `rediss://…`, or several of them with commas: nodes of one Redis Cluster, whose other
 * nodes are learnt from them.
 * @param options of a single server; what they say of it holds for each node. A command whose node is away fails at once, or with
 * `maxRetriesPerRequest: null` when the node has been away for seconds.
 */
export function connectRedis(url: string, options: RedisOptions): Redis | Cluster {
  const addresses = addressesOf(url);
  if (addresses.length <= 1) return new Redis(url.trim(), options);
  const { enableAutoPipelining = false, enableOfflineQueue = true, retryStrategy, ...redisOptions } = options;
  const waits = options.maxRetriesPerRequest === null;
  return new Cluster(
    addresses.map((address) => {
      const { hostname, port } = new URL(address);
      return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) };
    }),
    {
      enableAutoPipelining,
      enableOfflineQueue,
      // A script that ran but did not answer must not run twice; what could not run is said to the caller at once.
      retryDelayOnFailover: waits ? 100 : 0,
      retryDelayOnClusterDown: waits ? 100 : 0,
      maxRedirections: waits ? 100 : 16,
      slotsRefreshInterval: 2000,
      clusterRetryStrategy: retryStrategy ?? ((attempt) => Math.min(50 * 2 ** attempt, 500)),
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
