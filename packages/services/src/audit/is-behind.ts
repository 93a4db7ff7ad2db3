import type { Services } from '../context.ts';

/** The worker says every five seconds that it has drained what there was. */
const BEHIND_AFTER_MS = 20_000;

/** Whether the log may lack what happened lately, of every organization: the worker is away, or cannot read or write. Nothing is lost meanwhile. */
export async function isAuditBehind({ db }: Pick<Services, 'db'>): Promise<boolean> {
  const { rows } = await db.pool.query<{ behind: boolean }>(
    'SELECT "drainedAt" < now() - make_interval(secs => $1) AS behind FROM "AuditInstallation"',
    [BEHIND_AFTER_MS / 1000],
  );
  return rows[0]?.behind ?? true;
}
