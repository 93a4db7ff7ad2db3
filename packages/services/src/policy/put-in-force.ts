import type { Transaction } from '@toolgate/db/database';
import type { Actor } from '../context.ts';
import { addVersion, type NewVersion } from './find.ts';

/**
 * Makes the next version of a policy and puts it in force; a shadow period that was under way is over with it. Gives its number.
 * To be called with the organization locked.
 */
export async function putInForce(
  tx: Transaction,
  actor: Actor,
  policy: { id: string; currentVersion: number },
  version: Omit<NewVersion, 'policyId' | 'number'>,
  at: Date,
): Promise<{ version: number; endsShadow: boolean }> {
  const { organizationId } = actor;
  const number = policy.currentVersion + 1;
  await addVersion(tx, actor, { policyId: policy.id, number, ...version }, at);
  await tx.policy.update({ where: { organizationId_id: { organizationId, id: policy.id } }, data: { currentVersion: number } });
  const { count } = await tx.policySchedule.deleteMany({ where: { organizationId, policyId: policy.id } });
  return { version: number, endsShadow: count > 0 };
}
