/** REDIS_URL: the address of one Redis, or of several nodes of one Redis Cluster with commas between them. */

/** The addresses one by one. */
export function addressesOf(url: string): string[] {
  return url
    .split(',')
    .map((address) => address.trim())
    .filter(Boolean);
}

export const isCluster = (url: string): boolean => addressesOf(url).length > 1;

/** `redis://…` or `rediss://…`, each with a host, all of one kind. */
export function isRedisAddress(url: string): boolean {
  const addresses = addressesOf(url);
  const protocols = new Set(addresses.map((address) => (URL.canParse(address) ? new URL(address) : null)).map(protocolOf));
  return addresses.length > 0 && protocols.size === 1 && !protocols.has(null);
}

const protocolOf = (url: URL | null): string | null =>
  url && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname ? url.protocol : null;

/** To be shown: without names and passwords, each with its port. */
export const shownAddress = (url: string): string =>
  addressesOf(url)
    .map((address) => new URL(address))
    .map(({ protocol, hostname, port }) => `${protocol}//${hostname}:${port || 6379}`)
    .join(', ');
