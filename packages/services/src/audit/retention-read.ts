import type { Actor, Services } from '../context.ts';

export interface Retention {
  /** Whole months that events are kept; null: for ever. The operator of the installation sets it. */
  months: number | null;
  /** Everything before this moment was dropped; null: nothing yet. */
  droppedBefore: string | null;
  /** The number and the time of the oldest event that is kept; null when there is none. */
  oldest: { seq: number; at: string } | null;
}

/** How long this organization's events are kept, and from where on they are there. */
export async function readRetention(s: Pick<Services, 'db'>, { organizationId }: Actor): Promise<Retention> {
  const installation = await s.db.prisma.auditInstallation.findUnique({ where: { id: 1 } });
  const oldest = await s.db.forOrganization(organizationId, (tx) =>
    tx.auditEvent.findFirst({ where: { organizationId }, orderBy: { seq: 'asc' }, select: { seq: true, at: true } }),
  );
  return {
    months: installation?.retentionMonths ?? null,
    droppedBefore: installation?.droppedBefore?.toISOString() ?? null,
    oldest: oldest && { seq: Number(oldest.seq), at: oldest.at.toISOString() },
  };
}
