/** When the worker does what. */
import type { MAINTENANCE_TASKS, MaintenancePayload } from '@toolgate/jobs/queues';
import type { Queue } from 'bullmq';

const EVERY_MS: Record<(typeof MAINTENANCE_TASKS)[number], number> = {
  partitions: 24 * 3600 * 1000,
  epochs: 3000,
  rediscovery: 5 * 60 * 1000,
  retention: 6 * 3600 * 1000,
  shadow_periods: 5000,
};

/** Sets the schedules in the maintenance queue; they are there once, however many workers set them. Waits for a store that is away. */
export async function setSchedules(queue: Queue): Promise<void> {
  for (const [task, every] of Object.entries(EVERY_MS)) {
    const data = { task } as MaintenancePayload;
    await queue.upsertJobScheduler(task, { every }, { name: task, data, opts: { attempts: 1, removeOnComplete: true, removeOnFail: 100 } });
  }
}
