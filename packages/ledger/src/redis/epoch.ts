/** What the epoch key of an organization says (see EPOCH in script.ts). */
import type { RedisScripts } from './redis-scripts.ts';
import { PUBLISH } from './scripts.ts';
import { epochKey } from './shard.ts';

/** An epoch that may not be passed under yet counts as none: the gateway then loads from PostgreSQL and publishes. */
export const heldEpoch = (held: string): number | null => (held === '' || held.endsWith('?') ? null : Number.parseInt(held, 10));

/** Redis knows nothing of the organization, or only what the control plane told it. */
export const mayBeLost = (held: string | null): boolean => held === null || held.endsWith('?');

/** @param counters what is known of them: '' nothing, `right` that they are, `lost` that only what was recorded has been put back. */
export async function publish(redis: RedisScripts, organizationId: string, epoch: number, counters: '' | 'right' | 'lost'): Promise<void> {
  const answer = await redis.run(PUBLISH, [epochKey(organizationId)], () => [epoch, counters]);
  if (!answer.ok) throw new Error(answer.reason);
}
