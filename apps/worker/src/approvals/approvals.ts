/** What the worker does for requests for approval: listens for new ones, times them, ends them, tells of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type JobsConnection, openQueue, openWorker } from '@toolgate/jobs/connection';
import { APPROVALS_QUEUE, ApprovalPayload } from '@toolgate/jobs/queues';
import { MAIL_TESTS } from '@toolgate/services/approval/test-mail';
import type { Services } from '@toolgate/services/context';
import type { Queue } from 'bullmq';
import type pg from 'pg';
import type { Outlet } from '../sinks/sink.ts';
import { expireDue } from './expire-due.ts';
import { forgetArguments } from './forget-arguments.ts';
import type { MailSettings } from './mail/mail-settings.ts';
import { type Mails, startMails } from './mail/mails.ts';
import { queueMailTests } from './mail/queue-mail-tests.ts';
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
  /** Null: no e-mail is sent. */
  mail: MailSettings | null;
  log(line: string): void;
  /** What was missed (a lost connection) is found by looking this often; 10 000 unless told. */
  lookMs?: number;
}

const LOOK_MS = 10_000;
const FORGET_EVERY_MS = 3_600_000;

export function startApprovals({ services, jobs, outlet, dashboardUrl, mail, log, lookMs = LOOK_MS }: Options): Approvals {
  const queue = openQueue(APPROVALS_QUEUE, jobs);
  const worker = openWorker(
    APPROVALS_QUEUE,
    jobs,
    async (job) => {
      const { task, organizationId, approvalId } = ApprovalPayload.parse(job.data);
      if (task === 'notify') await notifyApproval({ services, outlet, dashboardUrl }, organizationId, approvalId);
      else await expireDue(services.db.pool);
    },
    { concurrency: 4 },
  );
  worker.on('failed', (job, error) => log(`The job ${APPROVALS_QUEUE}/${job?.name ?? 'unknown'} failed: ${error.message}`));
  const mails = startMails({ services, jobs, mail, dashboardUrl, log });
  const stopping = new AbortController();
  const bell: Bell = { ring: () => {} };
  const running = lookAfter({ pool: services.db.pool, queue, mails, bell, stopping: stopping.signal, log, lookMs });
  const listening = listen(services.db, () => bell.ring(), stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      bell.ring();
      await Promise.all([running, listening]);
      await Promise.all([worker.close(), queue.close(), mails.stop()]);
    },
  };
}

/** Rung when there may be something to do before the next look. */
interface Bell {
  ring(): void;
}

interface Looking {
  pool: pg.Pool;
  queue: Queue;
  mails: Mails;
  bell: Bell;
  stopping: AbortSignal;
  log(line: string): void;
  lookMs: number;
}

/** Until it is stopped; stores that are away are tried again. */
async function lookAfter({ pool, queue, mails, bell, stopping, log, lookMs }: Looking): Promise<void> {
  let forgetAt = 0;
  for (let told = false; !stopping.aborted; ) {
    const news = new Promise<void>((resolve) => {
      bell.ring = resolve;
    });
    try {
      await expireDue(pool);
      await queueDue(pool, queue, mails);
      await queueMailTests(pool, mails.queue);
      if (performance.now() >= forgetAt) {
        await forgetArguments(pool);
        forgetAt = performance.now() + FORGET_EVERY_MS;
      }
      told = false;
    } catch (error) {
      if (!told && !stopping.aborted)
        log(`Requests for approval cannot be looked after, which is tried again: ${(error as Error).message}`);
      told = true;
    }
    await Promise.race([news, sleep(told ? LOOK_MS : lookMs, null, { signal: stopping }).catch(() => {})]);
  }
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
      await client.query(`LISTEN toolgate_approvals; LISTEN ${MAIL_TESTS}`).then(onNews, () => {});
      await lost;
      client.release(true);
    } catch {
      // PostgreSQL is away: looking every few seconds goes on meanwhile.
    }
    await sleep(RETRY_MS, null, { signal: stopping }).catch(() => {});
  }
}
