/** Gives every request for approval the jobs that it needs: one for the moment at which its time is over, two to tell of it. */
import type { ApprovalPayload, MailPayload } from '@toolgate/jobs/queues';
import type { Queue } from 'bullmq';
import type pg from 'pg';
import { MAIL_ATTEMPTS, type Mails } from './mail/mails.ts';

interface Unqueued {
  organizationId: string;
  id: string;
  expiresAt: Date;
  now: Date;
  timed: boolean;
  told: boolean;
}

/** Safe to repeat, and by two workers at once: a job of one id is there once. Gives how many requests got a job. */
export async function queueDue(pool: pg.Pool, queue: Queue, mails: Pick<Mails, 'queue' | 'isSetUp'>): Promise<number> {
  const { rows } = await pool.query<Unqueued>(
    `SELECT a."organizationId", a."id", a."expiresAt", clock_timestamp() AS "now",
       a."expiryJobFor" IS NOT DISTINCT FROM a."expiresAt" AS "timed", a."notifiedAt" IS NOT NULL OR a."state" <> 'pending' AS "told"
     FROM "Approval" a
     WHERE a."state" IN ('pending', 'approved')
       AND (a."expiryJobFor" IS DISTINCT FROM a."expiresAt" OR a."state" = 'pending' AND a."notifiedAt" IS NULL)
     ORDER BY a."createdAt" LIMIT 500`,
  );
  for (const { organizationId, id, expiresAt, now, timed, told } of rows) {
    const payload = (task: ApprovalPayload['task']): ApprovalPayload => ({ task, organizationId, approvalId: id });
    if (!timed) {
      const delay = Math.max(0, expiresAt.getTime() - now.getTime());
      await queue.add('expire', payload('expire'), { jobId: `expire.${id}.${expiresAt.getTime()}`, delay });
    }
    if (!told) await queue.add('notify', payload('notify'), { jobId: `notify.${id}`, attempts: 6 });
    if (!told && mails.isSetUp) {
      const mail: MailPayload = { task: 'approval', organizationId, approvalId: id };
      await mails.queue.add('approval', mail, { jobId: `approval.${id}`, attempts: MAIL_ATTEMPTS, backoff: { type: 'custom' } });
    }
    await pool.query(
      `UPDATE "Approval" SET "expiryJobFor" = $3, "notifiedAt" = COALESCE("notifiedAt", clock_timestamp())
       WHERE "organizationId" = $1 AND "id" = $2`,
      [organizationId, id, expiresAt],
    );
  }
  return rows.length;
}
