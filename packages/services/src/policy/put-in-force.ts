import type { Transaction } from '@toolgate/db/database';
import type { Actor } from '../context.ts';
import { addVersion, type NewVersion } from './find.ts';

type Unnumbered = Omit<NewVersion, 'policyId' | 'number'>;

/** Adds the next version of a policy, in force or not; its number is above all others. To be called with the organization locked. */
export async function addNextVersion(tx: Transaction, actor: Actor, policyId: string, version: Unnumbered, at: Date): Promise<number> {
  const { organizationId } = actor;
  const newest = await tx.policyVersion.aggregate({ where: { organizationId, policyId }, _max: { number: true } });
  const number = (newest._max.number ?? 0) + 1;
  await addVersion(tx, actor, { policyId, number, ...version }, at);
  return number;
}

/**
 * Makes the next version of a policy and puts it in force; a version that was in its shadow period is withdrawn with it. Gives both
 * numbers. To be called with the organization locked.
 */
export async function putInForce(
  tx: Transaction,
  actor: Actor,
  policyId: string,
  version: Unnumbered,
  at: Date,
): Promise<{ version: number; withdrawn: number | null }> {
  const number = await addNextVersion(tx, actor, policyId, version, at);
  const withdrawn = await withdrawShadow(tx, actor, policyId, at);
  await setInForce(tx, actor, policyId, number);
  return { version: number, withdrawn };
}

/** Puts the version that is in its shadow period in force, which ends that. */
export async function putShadowInForce(tx: Transaction, actor: Actor, policyId: string, version: number): Promise<void> {
  await endPeriod(tx, actor, policyId);
  await setInForce(tx, actor, policyId, version);
}

/** Ends a shadow period without its version, which stays in the history. Gives its number; null when there is none. */
export async function withdrawShadow(tx: Transaction, actor: Actor, policyId: string, at: Date): Promise<number | null> {
  const { organizationId, name: withdrawnBy } = actor;
  const number = await endPeriod(tx, actor, policyId);
  if (number === null) return null;
  const data = { withdrawnAt: at, withdrawnBy };
  await tx.policyVersion.updateMany({ where: { organizationId, policyId, number }, data });
  return number;
}

async function endPeriod(tx: Transaction, { organizationId }: Actor, policyId: string): Promise<number | null> {
  const period = await tx.policySchedule.findUnique({ where: { organizationId_policyId: { organizationId, policyId } } });
  if (period) await tx.policySchedule.deleteMany({ where: { organizationId, policyId } });
  return period?.shadowVersion ?? null;
}

async function setInForce(tx: Transaction, { organizationId }: Actor, policyId: string, currentVersion: number): Promise<void> {
  await tx.policy.update({ where: { organizationId_id: { organizationId, id: policyId } }, data: { currentVersion } });
}
