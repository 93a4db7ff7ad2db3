/** What adds jobs: used by the dashboard, the command line and the worker's own schedules. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JobsConnection, openQueue } from './connection.ts';
import { DISCOVERY_QUEUE, DiscoverPayload } from './queues.ts';

export interface Producers {
  /**
   * Has the worker ask the server for its tools, soon. While such a job waits, a second one for the same server is not added.
   * Rejects after three seconds when the store of jobs is away.
   */
  discoverServer(payload: DiscoverPayload): Promise<void>;
  close(): Promise<void>;
}

export function createProducers(connection: JobsConnection): Producers {
  const discovery = openQueue(DISCOVERY_QUEUE, connection);
  return {
    discoverServer: async (payload) => {
      const data = DiscoverPayload.parse(payload);
      const added = discovery.add('discover', data, {
        // An id of our own: for a numbered one the PostgreSQL backend creates a sequence, which the restricted roles may not.
        jobId: randomUUID(),
        deduplication: { id: `${data.organizationId}.${data.serverId}`, keepLastIfActive: true },
      });
      added.catch(() => {}); // it may still fail after it was given up
      await Promise.race([added, refusal(PATIENCE_MS)]);
    },
    close: () => discovery.close(),
  };
}

const PATIENCE_MS = 3000;

async function refusal(afterMs: number): Promise<never> {
  await sleep(afterMs, undefined, { ref: false });
  throw new Error('The store of jobs did not answer in time.');
}
