/** Everything the worker runs, built once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '@toolgate/db/database';
import { createGuardedDispatcher } from '@toolgate/egress/guarded-dispatcher';
import { openQueue, openWorker } from '@toolgate/jobs/connection';
import { createProducers } from '@toolgate/jobs/producers';
import { DISCOVERY_QUEUE, DiscoverPayload, MAINTENANCE_QUEUE, MaintenancePayload } from '@toolgate/jobs/queues';
import { createEpochPublisher } from '@toolgate/ledger/create';
import type { Services } from '@toolgate/services/context';
import type { Queue } from 'bullmq';
import { Agent } from 'undici';
import { startApprovals } from './approvals/approvals.ts';
import { startCheckpoints } from './checkpoint/checkpoints.ts';
import { discoverServer } from './discovery/discover-server.ts';
import { startDrain } from './drain/drain.ts';
import type { Settings } from './env.ts';
import { dropOldEvents } from './maintenance/drop-old-events.ts';
import { endShadowPeriods } from './maintenance/end-shadow-periods.ts';
import { makePartitions } from './maintenance/make-partitions.ts';
import { publishEpochs } from './maintenance/publish-epochs.ts';
import { rediscover } from './maintenance/rediscover.ts';
import { setSchedules } from './maintenance/schedules.ts';
import { startSinks } from './sinks/sinks.ts';

export interface RunningWorker {
  /** Finishes what is under way, then ends every connection. */
  stop(): Promise<void>;
}

/** Stores that are away are tried again; what needs only the other one works meanwhile. */
export function startWorker(settings: Settings, log: (line: string) => void): RunningWorker {
  const db = createDatabase(settings.databaseUrl, { max: 20 });
  const epochs = createEpochPublisher({ kind: settings.ledger, redisUrl: settings.redisUrl });
  const jobs = createProducers(settings.jobs);
  const services: Services = { db, epochs, jobs, keyRing: settings.keyRing, now: () => new Date() };
  const guarded = createGuardedDispatcher({ allow: settings.egressAllow });
  const direct = new Agent();
  const drain = startDrain({ pool: db.pool, redisUrl: settings.redisUrl, signer: settings.signer, log });

  const checkpoints = startCheckpoints(db.pool, { signer: settings.signer, retentionMonths: settings.retentionMonths, log });

  const outlet = { dispatcher: guarded, allow: settings.egressAllow };
  const sinks = startSinks({ db, keyRing: settings.keyRing, outlet, log });
  const { jobs: jobStore, dashboardUrl, mail } = settings;
  const approvals = startApprovals({ services, jobs: jobStore, outlet, dashboardUrl, mail, log });

  const tasks: Record<MaintenancePayload['task'], () => Promise<unknown>> = {
    partitions: () => makePartitions(db.pool),
    epochs: () => publishEpochs(db.pool, epochs),
    rediscovery: () => rediscover(db.pool, jobs),
    retention: () => dropOldEvents(db.pool, settings.retentionMonths),
    shadow_periods: () => endShadowPeriods(services),
  };
  const discovery = openWorker(
    DISCOVERY_QUEUE,
    settings.jobs,
    (job) => discoverServer({ services, guarded, direct, runner: settings.runner }, DiscoverPayload.parse(job.data)),
    { concurrency: 8 },
  );
  const maintenance = openWorker(MAINTENANCE_QUEUE, settings.jobs, async (job) => {
    await tasks[MaintenancePayload.parse(job.data).task]();
  });
  for (const worker of [discovery, maintenance]) {
    worker.on('failed', (job, error) => log(`The job ${worker.name}/${job?.name ?? 'unknown'} failed: ${error.message}`));
  }
  const stopping = new AbortController();
  const schedules = openQueue(MAINTENANCE_QUEUE, settings.jobs);
  void keepSchedules(schedules, stopping.signal, log);
  const stop = async () => {
    stopping.abort();
    await Promise.all([
      schedules.close(),
      discovery.close(),
      maintenance.close(),
      drain.stop(),
      checkpoints.stop(),
      sinks.stop(),
      approvals.stop(),
    ]);
    await Promise.all([jobs.close(), epochs.close(), guarded.destroy(), direct.destroy()]);
    await db.close();
  };
  return { stop };
}

/** Tries until the job store takes them, or until the worker stops. */
async function keepSchedules(queue: Queue, stopping: AbortSignal, log: (line: string) => void): Promise<void> {
  for (let told = false; !stopping.aborted; told = true) {
    try {
      return await setSchedules(queue);
    } catch (error) {
      if (!told && !stopping.aborted) log(`The job store cannot be reached and is tried again: ${(error as Error).message}`);
      await sleep(2000, null, { signal: stopping }).catch(() => {});
    }
  }
}
