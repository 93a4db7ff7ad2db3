import type { Services } from '../context.ts';

/** Asks the worker to ask the server for its tools. When the queue is away, the worker's regular rounds find the server all the same. */
export async function requestDiscovery(s: Pick<Services, 'jobs'>, organizationId: string, serverId: string): Promise<void> {
  await s.jobs.discoverServer({ organizationId, serverId }).catch(() => {});
}
