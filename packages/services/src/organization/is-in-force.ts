import type { Actor, Services } from '../context.ts';

/** Whether every change saved so far is in force; null when the organization does not exist. */
export async function isInForce(s: Pick<Services, 'db'>, actor: Actor): Promise<boolean | null> {
  const { organizationId: id } = actor;
  const row = await s.db.forOrganization(id, (tx) => tx.organization.findUnique({ where: { id } }));
  return row && row.publishedEpoch >= row.epoch;
}
