/** The queue of e-mails: apart from the other jobs of approvals, so that a mail server that hangs holds up nothing else. */
import { type JobsConnection, openQueue, openWorker } from '@toolgate/jobs/connection';
import { MAILS_QUEUE, MailPayload } from '@toolgate/jobs/queues';
import type { Services } from '@toolgate/services/context';
import type { Queue } from 'bullmq';
import { mailApproval } from './mail-approval.ts';
import type { MailSettings } from './mail-settings.ts';
import { mailTest } from './mail-test.ts';
import { createMailer } from './mailer.ts';

export interface Mails {
  queue: Queue;
  /** False: there is no mail server. */
  isSetUp: boolean;
  stop(): Promise<void>;
}

interface Options {
  services: Pick<Services, 'db' | 'keyRing' | 'now'>;
  jobs: JobsConnection;
  mail: MailSettings | null;
  dashboardUrl: string;
  log(line: string): void;
}

/** It ends with the request: whoever finds it answered or over sends nothing. */
export const MAIL_ATTEMPTS = 1_000_000;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;

export function startMails({ services, jobs, mail, dashboardUrl, log }: Options): Mails {
  const mailer = mail && createMailer(mail);
  const stopping = new AbortController();
  const queue = openQueue(MAILS_QUEUE, jobs);
  const worker = openWorker(
    MAILS_QUEUE,
    jobs,
    async (job) => {
      const payload = MailPayload.parse(job.data);
      if (payload.task === 'test') await mailTest(services, mailer, payload.organizationId, dashboardUrl);
      else if (mailer)
        await mailApproval({ services, mailer, dashboardUrl, stopping: stopping.signal }, payload.organizationId, payload.approvalId);
    },
    { concurrency: 4, settings: { backoffStrategy: (made) => Math.min(FIRST_WAIT_MS * 2 ** (made - 1), LONGEST_WAIT_MS) } },
  );
  worker.on('failed', (job, error) => log(`The job ${MAILS_QUEUE}/${job?.name ?? 'unknown'} failed: ${error.message}`));
  return {
    queue,
    isSetUp: mailer !== null,
    stop: async () => {
      stopping.abort();
      await Promise.all([worker.close(), queue.close()]);
      mailer?.close();
    },
  };
}
