import type { Actor, Services } from '../context.ts';

export interface GatewaysInForce {
  /** The ledger holds the organization's newest epoch. Every gateway asks it with each call, so none decides by anything older. */
  inForce: boolean;
  /** How many gateways run. */
  gateways: number;
}

/** A gateway that was not seen for so long is gone; they are seen every few seconds. */
const GONE_AFTER_MS = 20_000;

/** Whether everything that was saved is in force, and on how many gateways. */
export async function readInForce(s: Pick<Services, 'db' | 'now'>, actor: Actor): Promise<GatewaysInForce> {
  const { organizationId: id } = actor;
  const { epoch, publishedEpoch } = await s.db.forOrganization(id, (tx) => tx.organization.findUniqueOrThrow({ where: { id } }));
  const gateways = await s.db.prisma.gatewayProcess.count({ where: { seenAt: { gt: new Date(s.now().getTime() - GONE_AFTER_MS) } } });
  return { inForce: publishedEpoch >= epoch, gateways };
}
