/** Counts attempts at what must not be tried often, in the database, so that every dashboard process counts together. */
import { createHash } from 'node:crypto';
import type { Services } from '../context.ts';

export interface AttemptLimit {
  max: number;
  windowMs: number;
}

/**
 * Counts an attempt before it is made, so that parallel ones cannot pass together.
 * Returns 0 when it may go on, else the milliseconds to wait.
 */
export async function countAttempt(s: Pick<Services, 'db' | 'now'>, key: string, { max, windowMs }: AttemptLimit): Promise<number> {
  const now = s.now();
  const end = new Date(now.getTime() + windowMs);
  const [row] = await s.db.prisma.$queryRaw<{ count: number; expiresAt: Date }[]>`
    INSERT INTO "AttemptCounter" ("key", "count", "expiresAt") VALUES (${stored(key)}, 1, ${end})
    ON CONFLICT ("key") DO UPDATE SET
      "count" = CASE WHEN "AttemptCounter"."expiresAt" <= ${now} THEN 1 ELSE "AttemptCounter"."count" + 1 END,
      "expiresAt" = CASE WHEN "AttemptCounter"."expiresAt" <= ${now} THEN ${end} ELSE "AttemptCounter"."expiresAt" END
    RETURNING "count", "expiresAt"`;
  if (!row) throw new Error('The attempt could not be counted.');
  if (row.count === 1) await forgetExpired(s, now);
  return row.count <= max ? 0 : Math.max(1, row.expiresAt.getTime() - now.getTime());
}

/** An attempt that was right is not held against anybody: `all` clears the counter, else one is taken back. */
export async function forgiveAttempt(s: Pick<Services, 'db'>, key: string, how: 'one' | 'all'): Promise<void> {
  const where = { key: stored(key) };
  if (how === 'all') await s.db.prisma.attemptCounter.deleteMany({ where });
  else await s.db.prisma.attemptCounter.updateMany({ where: { ...where, count: { gt: 0 } }, data: { count: { decrement: 1 } } });
}

export function waitMessage(waitMs: number): string {
  const minutes = Math.ceil(waitMs / 60_000);
  return `Too many attempts. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
}

/** Addresses of people who may have no account are not kept in the clear. */
function stored(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

async function forgetExpired(s: Pick<Services, 'db'>, now: Date): Promise<void> {
  await s.db.prisma.$executeRaw`
    DELETE FROM "AttemptCounter" WHERE "key" IN
      (SELECT "key" FROM "AttemptCounter" WHERE "expiresAt" <= ${now} LIMIT 100 FOR UPDATE SKIP LOCKED)`;
}
