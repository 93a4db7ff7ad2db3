/** What the worker does for requests for approval: listens for new ones, times them, ends them, tells of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type JobsConnection, openQueue, openWorker } from '@toolgate/jobs/connection';
import { APPROVALS_QUEUE, ApprovalPayload } from '@toolgate/jobs/queues';
import type { Services } from '@toolgate/services/context';
import type { Outlet } from '../sinks/sink.ts';
import { expireDue } from './expire-due.ts';
import { forgetArguments } from './forget-arguments.ts';
import { notifyApproval } from './notify.ts';
import { queueDue } from './queue-due.ts';

export interface Approvals {
  stop(): Promise<void>;
}

interface Options {
  services: Pick<Services, 'db' | 'keyRing' | 'now'>;
  jobs: JobsConnection;
  outlet: Outlet;
  dashboardUrl: string;
  log(line: string): void;
}

/** What was missed (a lost connection, a job store that was away) is found by looking this often. */
const LOOK_MS = 10_000;
const FORGET_EVERY_MS = 3_600_000;

export function startApprovals({ services, jobs, outlet, dashboardUrl, log }: Options): Approvals {
  const { pool } = services.db;
  const queue = openQueue(APPROVALS_QUEUE, jobs);
  const worker = openWorker(
    APPROVALS_QUEUE,
    jobs,
    async (job) => {
      const { task, organizationId, approvalId } = ApprovalPayload.parse(job.data);
      if (task === 'notify') await notifyApproval({ services, outlet, dashboardUrl }, organizationId, approvalId);
      else await expireDue(pool);
    },
    { concurrency: 4 },
  );
  worker.on('failed', (job, error) => log(`The job ${APPROVALS_QUEUE}/${job?.name ?? 'unknown'} failed: ${error.message}`));
  const stopping = new AbortController();
  let wake = () => {};
  let forgetAt = 0;
  const running = (async () => {
    for (let told = false; !stopping.signal.aborted; ) {
      const news = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        await expireDue(pool);
        await queueDue(pool, queue);
        if (performance.now() >= forgetAt) {
          await forgetArguments(pool);
          forgetAt = performance.now() + FORGET_EVERY_MS;
        }
        told = false;
      } catch (error) {
        if (!told && !stopping.signal.aborted)
          log(`Requests for approval cannot be looked after, which is tried again: ${(error as Error).message}`);
        told = true;
      }
      await Promise.race([news, sleep(LOOK_MS, null, { signal: stopping.signal }).catch(() => {})]);
    }
  })();
  const listening = listen(services.db, () => wake(), stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      wake();
      await Promise.all([running, listening]);
      await Promise.all([worker.close(), queue.close()]);
    },
  };
}

const RETRY_MS = 2000;

/** Keeps one connection that hears of new and answered requests, until it is stopped. */
async function listen({ pool }: Services['db'], onNews: () => void, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      const client = await pool.connect();
      const lost = new Promise<void>((resolve) => {
        client.once('error', () => resolve());
        client.once('end', () => resolve());
        stopping.addEventListener('abort', () => resolve(), { once: true });
        if (stopping.aborted) resolve(); // while it was connecting
      });
      client.on('notification', onNews);
      await client.query('LISTEN toolgate_approvals').then(onNews, () => {});
      await lost;
      client.release(true);
    } catch {
      // PostgreSQL is away: looking every few seconds goes on meanwhile.
    }
    await sleep(RETRY_MS, null, { signal: stopping }).catch(() => {});
  }
}
