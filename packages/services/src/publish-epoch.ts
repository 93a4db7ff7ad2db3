import type { Services } from './context.ts';

/** A ledger that hangs must not hang whoever saves: the worker publishes what was not confirmed in time. */
const PATIENCE_MS = 3000;

/** What a ledger's own client gets of it: a busy one is waited for, and does not learn the epoch after it was given up. */
export const PUBLISH_ANSWER_MS = 2500;

/**
 * Tells the ledger an epoch that is committed, then notes that it holds it.
 * False when the ledger could not be told: saved, not yet in force, and the worker finishes it.
 */
export async function publishEpoch(s: Pick<Services, 'db' | 'epochs'>, organizationId: string, epoch: number): Promise<boolean> {
  try {
    await withinPatience(s.epochs.publishEpoch(organizationId, epoch));
    await s.db.forOrganization(organizationId, async (tx) => {
      await tx.organization.updateMany({ where: { id: organizationId, publishedEpoch: { lt: epoch } }, data: { publishedEpoch: epoch } });
    });
    return true;
  } catch {
    return false;
  }
}

async function withinPatience(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('The ledger did not answer in time.')), PATIENCE_MS);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
