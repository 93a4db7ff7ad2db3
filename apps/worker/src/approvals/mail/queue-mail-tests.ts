import type { MailPayload } from '@toolgate/jobs/queues';
import type { Queue } from 'bullmq';
import type pg from 'pg';

/** A test that nobody waits for any more is not sent. */
const FRESH_S = 60;

/** Gives every member who waits for a test e-mail a job; safe to repeat, since a job of one id is there once. */
export async function queueMailTests(pool: pg.Pool, queue: Queue): Promise<void> {
  const { rows } = await pool.query<{ organizationId: string; wantedAt: Date }>(
    `SELECT "organizationId", "testWantedAt" AS "wantedAt" FROM "ApprovalMailSetting"
     WHERE "testedAt" IS NULL AND "testWantedAt" > clock_timestamp() - make_interval(secs => $1)`,
    [FRESH_S],
  );
  for (const { organizationId, wantedAt } of rows) {
    const payload: MailPayload = { task: 'test', organizationId };
    await queue.add('test', payload, { jobId: `test.${organizationId}.${wantedAt.getTime()}`, attempts: 1 });
  }
}
