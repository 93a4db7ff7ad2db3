/** Organizations are spread over a fixed number of shards; a shard is the hash tag of every key that one script may touch together. */
export const SHARDS = 256;

/** FNV-1a of the id's UTF-16 code units. Fixed for ever: it says where an organization's keys are. */
export function shardOf(organizationId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < organizationId.length; i++) hash = Math.imul(hash ^ organizationId.charCodeAt(i), 0x01000193);
  return ((hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) >>> 0) % SHARDS;
}

/** The stream into which a shard's audit records go. */
export const auditStream = (shard: number): string => `{s${shard}}:audit`;

export const epochKey = (organizationId: string): string => `{s${shardOf(organizationId)}}:epoch:${organizationId}`;

/** The window is part of the name: limits of different windows cannot share a log. */
export const counterKey = (organizationId: string, charge: { key: string; windowMs: number }): string =>
  `{s${shardOf(organizationId)}}:counter:${organizationId}:${charge.windowMs}:${charge.key}`;

/** Charges of shadow rules are counted apart: they must not fill a counter that is enforced. */
export const shadowKey = (organizationId: string, charge: { key: string; windowMs: number }): string =>
  `{s${shardOf(organizationId)}}:shadow:${organizationId}:${charge.windowMs}:${charge.key}`;

/** The calls in flight that hold a lease. */
export const leaseKey = (organizationId: string, { key }: { key: string }): string =>
  `{s${shardOf(organizationId)}}:lease:${organizationId}:${key}`;

export const shadowLeaseKey = (organizationId: string, { key }: { key: string }): string =>
  `{s${shardOf(organizationId)}}:shadow-lease:${organizationId}:${key}`;
